using System.Net;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Household;

/// <summary>Servers under test, with folders of their own below one, and rounds in which they take turns. All end with it.</summary>
internal sealed class MeasuredServers(Action<string> say, CancellationToken stop) : IDisposable
{
    private readonly List<RunningServer> _running = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("homecloud-bench-household-").FullName;

    public Action<string> Say => say;

    public CancellationToken Stop => stop;

    /// <param name="system">What to start.</param>
    /// <param name="probe">It is there when it answers this.</param>
    /// <param name="zone">A folder of <see cref="ZoneFiles"/>; null for none.</param>
    /// <param name="upstream">Whom it asks; null for nobody.</param>
    /// <param name="folder">Its folder, new or of an earlier start; null for a new one.</param>
    public RunningServer Start(ISystem system, Question probe, string? zone = null, IPEndPoint? upstream = null, string? folder = null)
    {
        stop.ThrowIfCancellationRequested();
        var listen = FreePort.OfBoth();
        var own = Directory.CreateDirectory(folder ?? NewFolder()).FullName;
        var server = RunningServer.Start(system, system.Configure(Role.Local, own, listen, zone, upstream)!, listen, probe);
        _running.Add(server);
        return server;
    }

    public string NewFolder() => Path.Combine(Folder, Guid.NewGuid().ToString("N"));

    public void End(RunningServer server)
    {
        _running.Remove(server);
        server.Dispose();
    }

    /// <summary>Each takes its turn in each round, another one first each time; the first round warms up and is thrown away.</summary>
    /// <returns>A value each round, by taker.</returns>
    public List<double>[] Rounds(string title, int rounds, params IReadOnlyList<Func<int, double>> takers)
    {
        List<double>[] values = [.. takers.Select(_ => new List<double>())];
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < takers.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                var taker = (i + round + 1) % takers.Count;
                var value = takers[taker](round);
                if (round >= 0)
                    values[taker].Add(value);
            }
        }

        say(title);
        return values;
    }

    /// <summary>CPU time for each right answer, in microseconds.</summary>
    /// <exception cref="InvalidOperationException">More than one answer in a hundred was wrong or missing: then the figure would say nothing.</exception>
    public static double CpuPerAnswer(RunningServer server, Workload workload, LoadPlan plan)
    {
        var before = server.CpuTime;
        var load = UdpLoad.Run(server.EndPoint, workload, plan);
        return load.Answers > 0 && load.Wrong + load.Lost <= load.Answers / 100
            ? (server.CpuTime - before).TotalMicroseconds / load.Answers
            : throw new InvalidOperationException($"{server.System.Name}, {workload.Name}: {load.Wrong} wrong, {load.Lost} lost, {load.Answers} right");
    }

    public void Dispose()
    {
        _running.ForEach(server => server.Dispose());
        Directory.Delete(Folder, recursive: true);
    }
}
