using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HomeCloud.Agent.Backup;
using HomeCloud.Agent.Hosting;

namespace HomeCloud.Tests.Agent.Backup;

public sealed class BackupTests : IDisposable
{
    private const int Deadline = 30_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-backup-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Archive => Path.Combine(_folder, "backup.tar.gz");

    private string NoSocket => Path.Combine(_folder, "agent.sock");

    [Fact(Timeout = Deadline)]
    public async Task What_is_backed_up_comes_back_and_what_came_later_goes()
    {
        Write("names.json", "{}");
        Write("web/password.json", "hash");
        using (var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            door.Bind(new UnixDomainSocketEndPoint(Path.Combine(Data, "dns.sock")));
            (await RunAsync("backup")).Should().Be(0);
        }

        File.Delete(Path.Combine(Data, "dns.sock"));
        Write("names.json", "{changed}");
        Write("later.json", "x");

        (await RunAsync("restore")).Should().Be(0);

        File.ReadAllText(Path.Combine(Data, "names.json")).Should().Be("{}");
        File.ReadAllText(Path.Combine(Data, "web", "password.json")).Should().Be("hash");
        Directory.EnumerateFileSystemEntries(Data).Should().HaveCount(2);
        File.GetUnixFileMode(Archive).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact(Timeout = Deadline)]
    public async Task Who_asked_for_what_is_not_backed_up()
    {
        Write("dns/figures.bin", "figures");
        Write("dns/queries-full-000001.tsv", "1\t192.168.1.30\tsecret.example.");
        (await RunAsync("backup")).Should().Be(0);
        Directory.Delete(Data, recursive: true);

        (await RunAsync("restore")).Should().Be(0);

        Directory.EnumerateFiles(Path.Combine(Data, "dns")).Select(Path.GetFileName).Should().Equal("figures.bin");
    }

    /// <summary>What tells one machine from another on a shared Redis: a copy of it would make two machines one.</summary>
    [Fact(Timeout = Deadline)]
    public async Task What_tells_machines_apart_is_neither_backed_up_nor_replaced()
    {
        Write("agent-id", "attic");
        Write("registry-place", "first");
        (await RunAsync("backup")).Should().Be(0);
        await using (var tar = new TarReader(new GZipStream(File.OpenRead(Archive), CompressionMode.Decompress)))
        {
            while (await tar.GetNextEntryAsync() is { } entry)
                entry.Name.Should().NotBe("registry-place");
        }

        Write("registry-place", "second");
        (await RunAsync("restore")).Should().Be(0);
        File.ReadAllText(Path.Combine(Data, "agent-id")).Should().Be("attic");
        File.ReadAllText(Path.Combine(Data, "registry-place")).Should().Be("second");
    }

    [Fact(Timeout = Deadline)]
    public async Task Nothing_is_restored_under_a_running_agent()
    {
        Write("names.json", "{}");
        await RunAsync("backup");
        using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(NoSocket));
        agent.Listen();
        var said = new StringWriter();

        (await RunAsync("restore", said)).Should().Be(4, "a process holds the directory");

        said.ToString().Should().Contain("Stop it first");
    }

    /// <summary>Root may back up what belongs to another, who would get it back as a file of his own.</summary>
    [Fact(Timeout = Deadline)]
    public async Task Links_and_pipes_in_the_data_directory_are_not_followed_and_are_named()
    {
        Write("names.json", "{}");
        File.WriteAllText(Path.Combine(_folder, "secret"), "only root's");
        Directory.CreateDirectory(Path.Combine(_folder, "elsewhere"));
        File.WriteAllText(Path.Combine(_folder, "elsewhere", "key"), "only root's");
        File.CreateSymbolicLink(Path.Combine(Data, "shadow"), Path.Combine(_folder, "secret"));
        File.CreateSymbolicLink(Path.Combine(Data, "folder"), Path.Combine(_folder, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(Data, "circle"), Data);
        (await HomeCloud.Lab.Processes.Command.RunAsync(["mkfifo", Path.Combine(Data, "pipe\u001b[2J")])).OrFail();
        var said = new StringWriter();

        (await RunAsync("backup", said)).Should().Be(0);

        said.ToString().Should().Contain("circle, folder, pipe?[2J, shadow").And.Contain("1 files");
        Directory.Delete(Data, recursive: true);
        (await RunAsync("restore")).Should().Be(0);
        Directory.EnumerateFileSystemEntries(Data).Should().Equal(Path.Combine(Data, "names.json"));
    }

    [Theory(Timeout = Deadline)]
    [InlineData("backup", ".restore")]
    [InlineData("restore", ".restore")]
    [InlineData("backup", ".restore/old")]
    [InlineData("restore", ".restore/new")]
    [InlineData("restore", ".restore.lock")]
    public async Task Links_in_the_place_of_our_own_means_are_refused(string command, string link)
    {
        Write("names.json", "mine");
        await RunAsync("backup");
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "shadow"), "theirs");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Data, link))!);
        File.CreateSymbolicLink(Path.Combine(Data, link), elsewhere);
        if (link.StartsWith(".restore/", StringComparison.Ordinal))
            File.WriteAllText(Path.Combine(Data, ".restore", "plan.json"), """{"Old":["shadow"],"New":["names.json"]}""");
        var said = new StringWriter();

        (await RunAsync(command, said)).Should().Be(1);

        said.ToString().Should().Contain("is a link");
        File.ReadAllText(Path.Combine(elsewhere, "shadow")).Should().Be("theirs");
        Directory.EnumerateFileSystemEntries(elsewhere).Should().ContainSingle();
        File.ReadAllText(Path.Combine(Data, "names.json")).Should().Be("mine");
    }

    [Theory(Timeout = Deadline)]
    [InlineData("evil\u001b]0;title\u0007/../../x", 1, "evil?]0;title?")]
    [InlineData("../escape", 1, "not a regular file below")]
    [InlineData("/etc/passwd", 1, "not a regular file below")]
    [InlineData("names.json", 3, "newer version")]
    [InlineData("names.json", 0, "not a HomeCloud backup")]
    public async Task A_backup_that_is_not_to_be_trusted_changes_nothing(string entry, int format, string says)
    {
        Write("names.json", "mine");
        await using (var file = File.Create(Archive))
        await using (var compressed = new GZipStream(file, CompressionLevel.Fastest))
        await using (var tar = new TarWriter(compressed))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.FileName) { DataStream = new MemoryStream(new BackupManifest(format, DateTimeOffset.UnixEpoch).ToJson()) });
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream([1]) });
        }

        var said = new StringWriter();
        (await RunAsync("restore", said)).Should().Be(1);

        said.ToString().Should().Contain(says);
        File.ReadAllText(Path.Combine(Data, "names.json")).Should().Be("mine");
        Directory.EnumerateFileSystemEntries(Data).Should().ContainSingle();
    }

    [Fact(Timeout = Deadline)]
    public Task A_backup_cut_off_anywhere_is_restored_whole_or_changes_nothing() =>
        RestoreAllAsync(whole => Enumerable.Range(0, whole.Length).Select(length => whole[..length]));

    [Fact(Timeout = Deadline)]
    public Task A_backup_damaged_anywhere_is_restored_whole_or_changes_nothing() =>
        RestoreAllAsync(whole => Enumerable.Range(0, whole.Length).Select(position =>
        {
            var damaged = whole.ToArray();
            damaged[position] ^= (byte)(1 << (position % 8));
            return damaged;
        }));

    [Fact(Timeout = 60_000)]
    public async Task A_header_that_promises_gigabytes_of_attributes_is_refused()
    {
        Write("names.json", "theirs");
        await RunAsync("backup");
        var tar = new MemoryStream();
        await using (var whole = new GZipStream(File.OpenRead(Archive), CompressionMode.Decompress))
            await whole.CopyToAsync(tar);
        var header = tar.GetBuffer().AsMemory(0, 512);
        // POSIX ustar: size at 124, check sum at 148 counted as spaces, type at 156; x means attributes of the next entry.
        "77777777777\0"u8.CopyTo(header.Span[124..]);
        "        x"u8.CopyTo(header.Span[148..]);
        Encoding.ASCII.GetBytes(Convert.ToString(header.ToArray().Sum(octet => octet), 8).PadLeft(6, '0') + "\0 ").CopyTo(header.Span[148..]);
        await using (var spoilt = new GZipStream(File.Create(Archive), CompressionMode.Compress))
            await spoilt.WriteAsync(tar.GetBuffer().AsMemory(0, (int)tar.Length));

        Write("names.json", "mine");
        (await RunAsync("restore")).Should().Be(1);
        File.ReadAllText(Path.Combine(Data, "names.json")).Should().Be("mine");
    }

    /// <summary>What may be lost are time stamps, padding and octets behind the last file: then all of it comes back.</summary>
    private async Task RestoreAllAsync(Func<byte[], IEnumerable<byte[]>> spoil)
    {
        var content = new string('n', 5000);
        Write("names.json", content);
        await RunAsync("backup");
        var (restored, refused) = (0, 0);
        foreach (var spoilt in spoil(await File.ReadAllBytesAsync(Archive)))
        {
            await File.WriteAllBytesAsync(Archive, spoilt);
            Write("names.json", "mine");
            var done = await RunAsync("restore") == 0;
            File.ReadAllText(Path.Combine(Data, "names.json")).Should().Be(done ? content : "mine");
            Directory.EnumerateFileSystemEntries(Data).Should().ContainSingle();
            _ = done ? restored++ : refused++;
        }

        refused.Should().BeGreaterThan(restored * 2);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, string text)
    {
        var path = Path.Combine(Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    [Fact(Timeout = Deadline)]
    public async Task For_scripts_it_says_in_JSON_what_it_did()
    {
        Write("names.json", "{}");

        foreach (var command in new[] { "backup", "restore" })
        {
            var output = new StringWriter();
            var words = new StringWriter();
            (await ToolCommands.RunAsync([command, Archive, "--json"], Console(output, words))).Should().Be(0);

            var said = JsonDocument.Parse(output.ToString()).RootElement;
            said.GetProperty("file").GetString().Should().Be(Archive);
            said.GetProperty("directory").GetString().Should().Be(Data);
            said.GetProperty("files").GetInt32().Should().Be(1);
            words.ToString().Should().BeEmpty();
        }
    }

    [Theory(Timeout = Deadline)]
    [InlineData("backup --help", 0, "homecloud backup <FILE> [options]")]
    [InlineData("restore -h", 0, "homecloud restore <FILE> [options]")]
    [InlineData("backup", 2, "homecloud backup --help")]
    [InlineData("backup one two", 2, "homecloud: 'two' is not expected here.\n")]
    [InlineData("backup one --data-dri two", 2, "homecloud: unknown option '--data-dri'.\nDid you mean --data-dir?")]
    [InlineData("backup - --json", 2, "cannot both go to standard output")]
    public async Task Help_and_wrong_arguments_end_with_their_own_code(string typed, int code, string says)
    {
        var said = new StringWriter();

        (await ToolCommands.RunAsync(typed.Split(' '), Console(said, said))).Should().Be(code);

        said.ToString().Should().Contain(says);
    }

    private Task<int> RunAsync(string command, TextWriter? said = null) =>
        ToolCommands.RunAsync([command, Archive, "--data-dir", Data], Console(TextWriter.Null, said ?? TextWriter.Null));

    private ToolConsole Console(TextWriter output, TextWriter error) => new(
        new Dictionary<string, string> { ["HOMECLOUD_DATA_DIR"] = Data, ["HOMECLOUD_CONTROL_SOCKET"] = NoSocket }, output, error, () => null);
}
