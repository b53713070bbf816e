using System.Globalization;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Machines;

/// <summary>A program that runs on a machine until it is stopped or the machine goes. Its log and process id are files, so that any process may look after it.</summary>
public sealed class Daemon
{
    // A session is a group of its own for the scheduler (autogroup in sched(7)); where there is none, the process counts.
    private const string Script = """
        pid=$1 log=$2 nice=$3
        shift 3
        if [ "$nice" != 0 ]; then
            [ ! -e /proc/self/autogroup ] || echo "$nice" >/proc/self/autogroup
            renice -n "$nice" -p $$ >/dev/null
        fi
        echo $$ >"$pid.new"
        mv "$pid.new" "$pid"
        exec "$@" >>"$log" 2>&1 </dev/null
        """;

    private readonly Machine _machine;
    private readonly IReadOnlyList<string> _command;
    private readonly int _nice;

    /// <param name="machine">Where it runs.</param>
    /// <param name="name">Of the program, for its files.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="nice">As nice(1) counts: below 0 it comes before others when processors are scarce.</param>
    internal Daemon(Machine machine, string name, IReadOnlyList<string> command, int nice = 0)
    {
        _machine = machine;
        _command = command;
        _nice = nice;
        Name = name;
    }

    public string Name { get; }

    public string LogPath => Path.Combine(_machine.State, Name + ".log");

    private string PidPath => Path.Combine(_machine.State, Name + ".pid");

    /// <summary>Starts it; does not wait for it to be of use.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        File.Delete(PidPath);
        var started = await _machine.RunAsync(
            [
                "setsid", "-f", "sh", "-c", Script, Name, PidPath, LogPath, _nice.ToString(CultureInfo.InvariantCulture), .. _command,
            ],
            cancellationToken: cancellationToken);
        started.OrFail();
        if (!await Poll.UntilAsync(() => File.Exists(PidPath), TimeSpan.FromSeconds(20), cancellationToken))
            throw new LabException($"{Name} did not start on {_machine.Name}.");
    }

    /// <summary>Waits until <paramref name="ready"/> holds, and gives up at once when the program ends.</summary>
    /// <exception cref="LabException">It ended or was not ready in time; the message has the end of its log.</exception>
    public async Task ReadyAsync(Func<Task<bool>> ready, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var ended = false;
        var inTime = await Poll.UntilAsync(
            async () => await ready() || (ended = !await IsRunningAsync()),
            limit,
            cancellationToken);
        if (ended || !inTime)
            throw new LabException($"{Name} on {_machine.Name} {(ended ? "ended" : "was not ready in time")}. The end of its log:\n{LogTail()}");
    }

    public async Task<bool> IsRunningAsync() => await SignalAsync("0");

    /// <summary>Sends a signal (<c>KILL</c>, <c>TERM</c>, <c>STOP</c>, …).</summary>
    /// <returns>False when the program was not running.</returns>
    public async Task<bool> SignalAsync(string signal) =>
        File.Exists(PidPath)
        && (await _machine.RunAsync(["sh", "-c", "kill -\"$1\" \"$2\"", "sh", signal, Pid().ToString(CultureInfo.InvariantCulture)])).Succeeded;

    /// <summary>Sends a signal and waits until the program has ended.</summary>
    public async Task EndAsync(string signal = "TERM")
    {
        if (await SignalAsync(signal) && !await Poll.UntilAsync(async () => !await IsRunningAsync(), TimeSpan.FromSeconds(30)))
            throw new LabException($"{Name} on {_machine.Name} did not exit within 30 s of SIG{signal}.");
    }

    public string LogTail(int lines = 15) =>
        File.Exists(LogPath) ? string.Join('\n', File.ReadLines(LogPath).TakeLast(lines)) : "(empty)";

    /// <summary>Process id inside the machine.</summary>
    public int Pid() => int.Parse(File.ReadAllText(PidPath), CultureInfo.InvariantCulture);
}
