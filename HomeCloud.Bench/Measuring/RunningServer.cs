using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Measuring;

/// <summary>A server under test that has been started, pinned to its core, and has answered once.</summary>
internal sealed class RunningServer : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private RunningServer(ISystem system, Process process, IPEndPoint endPoint, TimeSpan startTime)
    {
        System = system;
        _process = process;
        EndPoint = endPoint;
        StartTime = startTime;
    }

    public ISystem System { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>From starting the process to its first right answer.</summary>
    public TimeSpan StartTime { get; }

    public TimeSpan CpuTime => ProcessTree.CpuTime(_process.Id);

    public long MemoryKiB => ProcessTree.Memory(_process.Id, "VmRSS");

    public long PeakMemoryKiB => ProcessTree.Memory(_process.Id, "VmHWM");

    public int Id => _process.Id;

    /// <exception cref="InvalidOperationException">It did not answer; the message carries what it printed.</exception>
    public static RunningServer Start(ISystem system, SystemCommand command, IPEndPoint endPoint, Question probe)
    {
        AssertFree(endPoint);
        var start = new ProcessStartInfo { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        var program = Tool.Find(command.Program) ?? throw new InvalidOperationException($"{command.Program} is not installed");
        start.FileName = Affinity.Possible ? "taskset" : program;
        if (Affinity.Possible)
        {
            foreach (var argument in (string[])["-c", Affinity.ServerCore.ToString(), program])
                start.ArgumentList.Add(argument);
        }

        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);

        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var output = new OutputTail(process);
        if (command.SetUp is { } setUp && !TryRun(setUp, out var problem))
        {
            Stop(process);
            throw new InvalidOperationException($"{system.Name} could not be set up: {problem}; {output.Text}");
        }

        if (!FirstAnswer.Wait(endPoint, probe, StartTimeout, () => process.HasExited))
        {
            Stop(process);
            throw new InvalidOperationException($"{system.Name} did not answer on {endPoint}: {output.Text}");
        }

        var elapsed = watch.Elapsed;
        if (command.Repin)
            Affinity.PinServer(process.Id, pinned: true);
        return new RunningServer(system, process, endPoint, elapsed);
    }

    public void Dispose() => Stop(_process);

    private static bool TryRun(Action setUp, out string problem)
    {
        try
        {
            setUp();
            problem = "";
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or IOException or OperationCanceledException)
        {
            problem = exception.Message;
            return false;
        }
    }

    private static void Stop(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>Two servers on one SO_REUSEPORT port would share the load silently.</summary>
    private static void AssertFree(IPEndPoint endPoint)
    {
        using var udp = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        using var tcp = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        udp.Bind(endPoint);
        tcp.Bind(endPoint);
    }
}
