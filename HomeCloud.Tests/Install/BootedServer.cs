using System.Diagnostics;
using System.Runtime.InteropServices;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Install;

/// <summary>
/// A Debian with a real systemd as its first process: a container of systemd-nspawn whose network is its own, and whose disk is
/// a file system of its own, so that a power cut loses what was not on it. It ends with this process at the latest. Needs root.
/// </summary>
internal sealed class BootedServer(string folder) : IAsyncDisposable
{
    /// <summary>Where the server finds the programs that are to be installed.</summary>
    public const string Programs = "/media/homecloud";

    private const string DotNet = "/usr/share/dotnet";

    // The mounts are the shell's own and end with it; it ends when its standard input does, and removes the control groups.
    private const string Boot = """
        mount -o loop "$1/image" "$1/disk" && mkdir -p "$1/disk/upper" "$1/disk/work" || exit
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/disk/upper,workdir=$1/disk/work" "$1/root" || exit
        groups=
        for tree in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
          [ -e "$tree/cgroup.procs" ] && mkdir "$tree/homecloud-boot-$$" && groups="$groups $tree/homecloud-boot-$$"
        done
        {
          for group in $groups; do echo 0 >"$group/cgroup.procs"; done
          exec systemd-nspawn --quiet --register=no --keep-unit --private-network --console=pipe --kill-signal=SIGRTMIN+4 \
            --bind-ro="$1/programs:$3" --bind-ro="$4" --directory="$1/root" --boot
        } </dev/null &
        read -r _
        kill -KILL $!
        wait
        for attempt in $(seq 1 200); do
          find $groups -depth -type d -exec rmdir {} + 2>/dev/null
          [ -z "$(ls -d $groups 2>/dev/null)" ] && break
          sleep 0.05
        done
        """;

    // EXT4_IOC_SHUTDOWN without writing the journal: from here on nothing reaches the disk. Nor does what was written just before.
    private const string CutDisk = """
        open(my $disk, "<", $ARGV[0]) or die $!;
        my $how = pack("L", 2);
        open(my $last, ">", $ARGV[1]) or die $!;
        print $last "nobody has synced this";
        close($last) or die $!;
        ioctl($disk, 0x8004587d, $how) or die $!;
        """;

    private static readonly TimeSpan StateLimit = TimeSpan.FromMinutes(2);

    private Process? _shell;
    private int _init;

    /// <summary>A process on the server, for its network and its files.</summary>
    public int Inside => _init;

    /// <param name="fetchAsync">Puts the programs into the folder it is given.</param>
    public async Task PrepareAsync(Func<string, Task> fetchAsync)
    {
        await DebianPackages.EnsureAsync([("systemd-nspawn", "systemd-container")], SilentProgress.Instance, CancellationToken.None);
        await EngineTree.Systemd.EnsureAsync(SilentProgress.Instance, CancellationToken.None);
        foreach (var part in new[] { "disk", "root", "programs" })
            Directory.CreateDirectory(Path.Combine(folder, part));
        await fetchAsync(Path.Combine(folder, "programs"));
        var image = Path.Combine(folder, "image");
        (await Command.RunAsync(["truncate", "--size=2G", image])).OrFail();
        (await Command.RunAsync(["mkfs.ext4", "-q", image])).OrFail();
    }

    /// <summary>Switches it on, and waits until systemd has started what is enabled.</summary>
    public async Task PowerOnAsync()
    {
        // The runtime that runs us, for programs that bring none.
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        _shell = Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", Boot, "sh", folder, EngineTree.Systemd.Path, Programs, $"{runtime}:{DotNet}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = _shell.StandardOutput.ReadToEndAsync();
        var errors = _shell.StandardError.ReadToEndAsync();
        if (!await Poll.UntilAsync(async () => (_init = await FindInitAsync()) > 0 && (await RunAsync("systemctl", "is-active", "basic.target")).Succeeded, StateLimit))
            Assert.Fail($"the server does not boot: {(errors.IsCompleted ? await errors : "it says nothing")}");
        await WriteAsync("/etc/dotnet/install_location", DotNet);
    }

    /// <summary>The disk first: a write that is confirmed from now on is lost. Then every process at once.</summary>
    /// <param name="unsynced">A file that is written in the last moment, and must be lost.</param>
    public async Task PullPlugAsync(string unsynced)
    {
        (await Command.RunAsync(["perl", "-e", CutDisk, $"/proc/{_shell!.Id}/root{folder}/disk", PathOf(unsynced)])).OrFail();
        await EndAsync();
    }

    /// <summary>Runs a program of the server on it.</summary>
    public Task<CommandResult> RunAsync(params string[] command) => Command.RunAsync(["nsenter", "--target", $"{_init}", "--all", .. command]);

    public async Task<string> OutputAsync(params string[] command) => (await RunAsync(command)).OrFail().Output.Trim();

    /// <summary>Runs a program of this machine in the server's network.</summary>
    public Task<CommandResult> OnItsNetworkAsync(string command) => Command.RunAsync(["nsenter", "--target", $"{_init}", "--net", .. command.Split(' ')]);

    public Task WriteAsync(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        return File.WriteAllTextAsync(PathOf(path), content);
    }

    /// <summary>A path of the server, as this machine sees it.</summary>
    public string PathOf(string path) => $"/proc/{_init}/root{path}";

    public async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        if (!await Poll.UntilAsync(condition, StateLimit))
            Assert.Fail($"{what}; the journal: {(await RunAsync("journalctl", "--boot", "--no-pager", "--lines=40", "--unit=homecloud-*")).Text}");
    }

    public Task AnswersAsync(string server, string name, string address) => UntilAsync(
        $"{server} must answer {name} with {address}",
        async () => (await OnItsNetworkAsync($"dig +short +time=1 +tries=1 @{server} {name} A")).Output.Trim() == address);

    /// <summary>One property of a unit.</summary>
    public async Task<string> ShowAsync(string unit, string property) => (await RunAsync("systemctl", "show", "--value", "--property", property, unit)).Output.Trim();

    public async Task<string> JournalAsync(string unit, params string[] more) => (await RunAsync(["journalctl", "--boot", "--no-pager", $"--unit={unit}", .. more])).Output;

    /// <summary>Every file of the server's disk.</summary>
    public async Task<HashSet<string>> FilesAsync() => [.. (await OutputAsync("find", "/", "-xdev")).Split('\n')];

    /// <summary>What useradd and a second start leave.</summary>
    public static bool IsOfDebian(string path) =>
        path.StartsWith("/var/lib/systemd/", StringComparison.Ordinal) || path.StartsWith("/var/log/journal/", StringComparison.Ordinal)
        || (path.Contains("/systemd-private-", StringComparison.Ordinal) && !path.Contains("homecloud", StringComparison.Ordinal))
        || (path.StartsWith("/etc/", StringComparison.Ordinal) && path.EndsWith('-')) || path == "/var/mail/anna";

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task EndAsync()
    {
        if (_shell is null)
            return;
        if (_init > 0)
            await Command.RunAsync(["kill", "-KILL", $"{_init}"]);
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync().WaitAsync(StateLimit);
        _shell.Dispose();
        (_shell, _init) = (null, 0);
        var image = Path.Combine(folder, "image");
        (await Poll.UntilAsync(async () => (await Command.RunAsync(["losetup", "--associated", image])).Output.Length == 0, StateLimit)).Should().BeTrue("the disk is free again");
    }

    // unshare has become the shell, whose one child is nspawn, whose one child is the server's first process.
    private async Task<int> FindInitAsync()
    {
        var found = _shell!.Id;
        for (var i = 0; i < 2; i++)
        {
            var children = await Command.RunAsync(["pgrep", "--parent", $"{found}"]);
            if (!int.TryParse(children.Output.Split('\n')[0], out found))
                return 0;
        }

        return found;
    }
}
