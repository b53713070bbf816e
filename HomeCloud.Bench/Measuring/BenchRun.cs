using System.Net;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Measuring;

/// <summary>The whole comparison: every system side by side, measures interleaved round by round.</summary>
internal sealed class BenchRun(BenchOptions options, IReadOnlyList<ISystem> systems, Action<string> say, CancellationToken stop)
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    private static readonly string[] Extras = ["dnsperf", "unpinned", "memory"];

    private readonly string _directory = Directory.CreateTempSubdirectory("homecloud-bench-").FullName;

    public BenchResults Results { get; } = new();

    public void Run()
    {
        try
        {
            Affinity.PinClient(pinned: true);
            Local();
            Forward();
            Starts();
        }
        finally
        {
            Affinity.PinClient(pinned: false);
            Directory.Delete(_directory, recursive: true);
        }
    }

    // Both zones in the same rounds, so that their figures can be compared in pairs.
    private void Local()
    {
        var small = Measures.Small(options.Duration).Where(measure => options.Wants(measure.Name)).ToList();
        var large = Measures.Large(options.Duration).Where(measure => options.Wants(measure.Name)).ToList();
        var extras = Extras.Where(options.Wants).ToList();
        if (extras.Contains("memory") && systems.Any(system => system.Name == HomeCloudSystem.SystemName))
            (Results.NameOverhead, Results.AddressOverhead) = (ZoneMemory.OfName(), ZoneMemory.OfAddress());
        List<RunningServer> few = [], many = [];
        try
        {
            if (small.Count + extras.Count > 0)
                few = StartZone(Measures.SmallZone);
            if (large.Count > 0)
                many = StartZone(Measures.LargeZone);
            if (extras.Contains("memory"))
                few.ForEach(server => Results.IdleMemory[server.System.Name] = server.MemoryKiB);
            Rounds([.. small.Take(1).Select(measure => (few, measure)), .. large.Select(measure => (many, measure)), .. small.Skip(1).Select(measure => (few, measure))]);
            many.ForEach(server => Results.LargeZoneMemory[server.System.Name] = server.MemoryKiB);
            if (extras.Contains("unpinned"))
                Unpinned(few);
            if (extras.Contains("dnsperf"))
                Dnsperf(few);
            if (extras.Contains("memory"))
                few.ForEach(server => Results.PeakMemory[server.System.Name] = server.PeakMemoryKiB);
        }
        finally
        {
            few.ForEach(server => server.Dispose());
            many.ForEach(server => server.Dispose());
        }
    }

    private List<RunningServer> StartZone(int names)
    {
        var zone = Path.Combine(_directory, $"zone{names}");
        ZoneFiles.Write(zone, names);
        return StartAll(Role.Local, zone, null, QuestionWriter.Write($"{Workload.HostName(0)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(0)));
    }

    private void Forward()
    {
        var measures = Measures.Forward(options.Duration).Where(measure => options.Wants(measure.Name)).ToList();
        if (measures.Count == 0)
            return;

        var upstream = FreePort.OfBoth();
        var probe = QuestionWriter.Write(Workload.ForeignName(1), QuestionWriter.A, 0, Workload.ForeignAddress(1));
        using var script = RunningServer.Start(
            new UpstreamSystem(), new SystemCommand(Environment.ProcessPath!, "upstream", upstream.ToString()), upstream, probe);
        Affinity.PinServer(script.Id, pinned: false);
        var servers = StartAll(Role.Forward, null, upstream, probe);
        try
        {
            servers.ForEach(Measures.WarmUp);
            Rounds([.. measures.Select(measure => (servers, measure))]);
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private void Starts()
    {
        if (!options.Wants("start"))
            return;

        var zone = Path.Combine(_directory, "start");
        ZoneFiles.Write(zone, Measures.SmallZone);
        var probe = QuestionWriter.Write($"{Workload.HostName(0)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(0));
        for (var i = 0; i < options.Starts; i++)
        {
            say($"starts {i + 1}/{options.Starts}");
            foreach (var system in systems)
            {
                stop.ThrowIfCancellationRequested();
                using var server = Start(system, Role.Local, zone, null, probe);
                if (server is not null)
                    Results.AddStart(system.Name, server.StartTime);
            }
        }
    }

    private void Rounds(IReadOnlyList<(List<RunningServer> Servers, Measure Measure)> measures)
    {
        // Round -1 warms caches, code and branch predictors, and is thrown away.
        for (var round = -1; round < options.Rounds; round++)
        {
            foreach (var (servers, measure) in measures)
            {
                // Each round begins with another system, so that none is always first after a pause.
                var order = servers.Where(server => measure.Echo || server.System is not EchoSystem).ToList();
                for (var i = 0; i < order.Count; i++)
                {
                    stop.ThrowIfCancellationRequested();
                    var sample = Sample.Take(order[(i + round + 1) % order.Count], measure, round);
                    if (round >= 0)
                        Results.Add(sample);
                }
            }

            say(round < 0 ? $"warmed up: {string.Join(", ", measures.Select(pair => pair.Measure.Name))}" : $"round {round + 1}/{options.Rounds}");
        }
    }

    private void Unpinned(List<RunningServer> servers)
    {
        var measure = Measures.Small(options.Duration)[0] with { Name = "unpinned" };
        Affinity.PinClient(pinned: false);
        foreach (var server in servers)
        {
            stop.ThrowIfCancellationRequested();
            Affinity.PinServer(server.Id, pinned: false);
            Results.Add(Sample.Take(server, measure, 0));
            Affinity.PinServer(server.Id, pinned: true);
        }

        Affinity.PinClient(pinned: true);
        say("unpinned");
    }

    private void Dnsperf(List<RunningServer> servers)
    {
        foreach (var server in servers.Where(server => server.System is not EchoSystem))
        {
            stop.ThrowIfCancellationRequested();
            Results.Dnsperf[server.System.Name] = Measuring.Dnsperf.Run(server.EndPoint, _directory, options.Duration);
        }

        say("dnsperf");
    }

    private List<RunningServer> StartAll(Role role, string? zone, IPEndPoint? upstream, Question probe)
    {
        var servers = new List<RunningServer>();
        try
        {
            foreach (var system in systems)
            {
                stop.ThrowIfCancellationRequested();
                if (Start(system, role, zone, upstream, probe) is { } server)
                    servers.Add(server);
            }

            if (servers.Select(server => server.EndPoint.Port).Distinct().Count() != servers.Count)
                throw new InvalidOperationException("two servers share a port");
            Thread.Sleep(Settle);
            return servers;
        }
        catch
        {
            servers.ForEach(server => server.Dispose());
            throw;
        }
    }

    private RunningServer? Start(ISystem system, Role role, string? zone, IPEndPoint? upstream, Question probe)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, $"{system.Name}-{role}-{Guid.NewGuid():N}")).FullName;
        var listen = FreePort.OfBoth();
        if (system.Configure(role, directory, listen, zone, upstream) is not { } command)
            return null;

        try
        {
            return RunningServer.Start(system, command, listen, system is EchoSystem ? probe with { Address = null, Rcode = 0 } : probe);
        }
        catch (InvalidOperationException exception)
        {
            say($"skipped: {exception.Message}");
            return null;
        }
    }
}
