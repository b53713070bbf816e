using HomeCloud.Agent.Backup;
using HomeCloud.Agent.Docker;
using HomeCloud.Commands;

namespace HomeCloud.Tests.Agent.Backup;

/// <summary>Servers' data in a backup: all of it or nothing, both ways. The store is in memory; on a real engine it is tried in the lab.</summary>
public sealed class VolumeBackupTests : IDisposable
{
    private const int Deadline = 60_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-volumes-").FullName;
    private readonly Store _store = new();

    private string Archive => Path.Combine(_folder, "backup.tar.gz");

    private string Data => Path.Combine(_folder, "data");

    public VolumeBackupTests()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "names.json"), "{}");
        var large = new byte[(9 << 20) + 17];
        new Random(5).NextBytes(large);
        _store.Volumes["app-data"] = large;
        _store.Volumes["app-keys"] = [1, 2, 3];
        _store.Volumes["empty"] = [];
        _store.Volumes["foreign"] = [9];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Deadline)]
    public async Task What_servers_have_comes_back_part_by_part_and_what_is_not_in_it_is_said()
    {
        var before = _store.Volumes.ToDictionary();
        var said = await RunAsync("backup");
        said.Should().Contain("1 files").And.Contain("3 volumes").And.Contain("app-data  9 MiB").And.Contain("did not create: foreign").And.Contain("outside their volumes");
        _store.Held.Should().Equal("one", "-one");

        _store.Volumes.Clear();
        (await RunAsync("restore")).Should().Contain("3 volumes");
        _store.Volumes.Keys.Should().BeEquivalentTo("app-data", "app-keys", "empty");
        foreach (var (name, content) in _store.Volumes)
            content.Should().Equal(before[name]);
        _store.Created["app-data"]["homecloud.server"].Should().Be("x", "it is still ours");
    }

    [Fact(Timeout = Deadline)]
    public async Task Without_the_option_volumes_are_neither_taken_nor_restored_and_that_is_said()
    {
        (await RunAsync("backup", withVolumes: false)).Should().Contain("--with-volumes takes");
        await RunAsync("backup");
        _store.Volumes.Clear();
        (await RunAsync("restore", withVolumes: false)).Should().Contain("3 volumes").And.Contain("--with-volumes restores");
        _store.Volumes.Should().BeEmpty();
    }

    [Fact(Timeout = Deadline)]
    public async Task Data_that_is_there_is_never_replaced()
    {
        await RunAsync("backup");
        _store.Volumes.Remove("app-data");
        File.WriteAllText(Path.Combine(Data, "names.json"), "mine");

        var refused = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync("restore"));

        refused.Error.ExitCode.Should().Be(ExitCodes.Conflict);
        refused.Error.Message.ToString().Should().Contain("app-keys, empty");
        _store.Volumes.Should().NotContainKey("app-data");
        (await File.ReadAllTextAsync(Path.Combine(Data, "names.json"))).Should().Be("mine");
    }

    [Theory(Timeout = Deadline)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.999)]
    public async Task A_backup_that_is_cut_off_leaves_no_volume_and_no_file(double part)
    {
        await RunAsync("backup");
        var whole = await File.ReadAllBytesAsync(Archive);
        await File.WriteAllBytesAsync(Archive, whole[..(int)(whole.Length * part)]);
        _store.Volumes.Clear();
        File.WriteAllText(Path.Combine(Data, "names.json"), "mine");

        await Assert.ThrowsAnyAsync<UserErrorException>(() => RunAsync("restore"));

        _store.Volumes.Should().BeEmpty();
        (await File.ReadAllTextAsync(Path.Combine(Data, "names.json"))).Should().Be("mine");
    }

    [Fact(Timeout = Deadline)]
    public async Task An_engine_that_fails_in_the_middle_leaves_the_older_backup_and_nothing_restored()
    {
        await RunAsync("backup");
        var older = await File.ReadAllBytesAsync(Archive);
        _store.FailsAt = "app-keys";
        (await Assert.ThrowsAsync<UserErrorException>(() => RunAsync("backup"))).Error.ExitCode.Should().Be(ExitCodes.Away);
        (await File.ReadAllBytesAsync(Archive)).Should().Equal(older);
        _store.Held.Should().EndWith("-one", "servers go on");

        _store.Volumes.Clear();
        (await Assert.ThrowsAsync<UserErrorException>(() => RunAsync("restore"))).Error.ExitCode.Should().Be(ExitCodes.Away);
        _store.Volumes.Should().BeEmpty();
    }

    private async Task<string> RunAsync(string command, bool withVolumes = true)
    {
        var said = new StringWriter();
        var request = new BackupRequest { Restores = command == "restore", File = Archive, DataDirectory = Data, ControlSocket = Path.Combine(_folder, "no.sock"), WithVolumes = withVolumes };
        await BackupCommand.RunAsync(request, () => _store, TextWriter.Null, said, default);
        return said.ToString();
    }

    private sealed class Store : IVolumeStore
    {
        public Dictionary<string, byte[]> Volumes { get; } = [];

        public Dictionary<string, IReadOnlyDictionary<string, string>> Created { get; } = [];

        public List<string> Held { get; } = [];

        public string? FailsAt { get; set; }

        public Task<IReadOnlyList<StoredVolume>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StoredVolume>>(
            [.. Volumes.Keys.Select(name => new StoredVolume(name, new Dictionary<string, string> { ["homecloud.server"] = "x", ["else"] = "y" }, name != "foreign", name.StartsWith("app", StringComparison.Ordinal) ? ["one"] : []))]);

        public Task<IAsyncDisposable> HoldAsync(IReadOnlyList<string> containers, CancellationToken cancellationToken)
        {
            Held.AddRange(containers);
            return Task.FromResult<IAsyncDisposable>(new Holding(() => Held.AddRange(containers.Select(container => "-" + container))));
        }

        public Task<Stream> ReadAsync(string volume, CancellationToken cancellationToken) =>
            volume == FailsAt ? throw new EngineRefusedException(System.Net.HttpStatusCode.InternalServerError, "the disk is gone") : Task.FromResult<Stream>(new MemoryStream(Volumes[volume]));

        public Task CreateAsync(StoredVolume volume, CancellationToken cancellationToken)
        {
            Volumes.Add(volume.Name, []);
            Created[volume.Name] = volume.Labels;
            return Task.CompletedTask;
        }

        public async Task WriteAsync(string volume, Stream tar, CancellationToken cancellationToken)
        {
            if (volume == FailsAt)
                throw new EngineRefusedException(System.Net.HttpStatusCode.InternalServerError, "the disk is full");
            var content = new MemoryStream();
            await tar.CopyToAsync(content, cancellationToken);
            Volumes[volume] = content.ToArray();
        }

        public Task RemoveAsync(string volume)
        {
            Volumes.Remove(volume);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Holding(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}
