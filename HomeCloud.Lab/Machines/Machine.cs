using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Machines;

/// <summary>
/// One machine of the lab: a network, mount, host name and process namespace of its own, held by a first process.
/// Killing that process is pulling the plug.
/// </summary>
public sealed class Machine
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly string _lab;
    private readonly LabPaths _paths;
    private readonly string? _nameserver;

    internal Machine(string lab, string name, string? nameserver)
    {
        _lab = lab;
        _paths = new(lab);
        _nameserver = nameserver;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Process id of the first process as the caller sees it; 0 while the machine is off.</summary>
    public int Pid { get; private set; }

    public string State => _paths.Machine(Name);

    /// <summary>Finds a machine that another process started.</summary>
    internal bool Attach() => (Pid = ProcessTable.FindInit(_lab, Name) ?? 0) != 0;

    internal async Task StartAsync(int labInit, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(State);
        File.Delete(Path.Combine(State, "ready"));
        var log = Path.Combine(State, "machine.log");
        await Command.RunAsync(
            [
                "nsenter", "-t", $"{labInit}", "--mount", "--pid", "--", "setsid", "-f",
                "sh", "-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log,
                "unshare", "--mount", "--uts", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private",
                "sh", _paths.Script(MachineScript.Name), ProcessTable.Marker(_lab, Name), Name, State, Path.Combine(_paths.Disk, Name), _nameserver ?? "",
            ],
            cancellationToken: cancellationToken);
        if (!await Poll.UntilAsync(() => File.Exists(Path.Combine(State, "ready")) && Attach(), StartLimit, cancellationToken))
            throw new LabException($"Machine {Name} did not start: {ReadLog(log)}");
    }

    /// <summary>Ends all its processes at once, as a power cut does. Its disk stays.</summary>
    public async Task PullPlugAsync()
    {
        await Command.RunAsync(["kill", "-KILL", $"{Pid}"]);
        await Poll.UntilAsync(() => !Directory.Exists($"/proc/{Pid}"), StartLimit);
        Pid = 0;
    }

    /// <summary>The command line that runs <paramref name="command"/> on this machine.</summary>
    public IReadOnlyList<string> Enter(params IReadOnlyList<string> command) =>
        ["nsenter", "-t", $"{Pid}", "--mount", "--uts", "--net", "--pid", "--wd=/root", "--", .. command];

    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, string? input = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Command.RunAsync(Enter(command), input, timeout, cancellationToken);

    /// <summary>Runs a shell script on this machine; <paramref name="arguments"/> are $1, $2, …</summary>
    public Task<CommandResult> ShellAsync(string script, IReadOnlyList<string>? arguments = null, CancellationToken cancellationToken = default) =>
        RunAsync(["sh", "-c", script, "sh", .. arguments ?? []], cancellationToken: cancellationToken);

    private static string ReadLog(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "no log";
}
