using System.Net;
using System.Net.Sockets;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;
using HomeCloud.Net.Certificates;

namespace HomeCloud.Bench.Lean;

/// <summary>What DNS over TLS costs each server, in microseconds of CPU time: a handshake with one query, and a query alone.</summary>
internal sealed class TlsComparison : IDisposable
{
    public const string Unbound = "unbound";

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    private readonly string _directory = Directory.CreateTempSubdirectory("homecloud-bench-tls-").FullName;
    private readonly Workload _workload = Workload.Hits(Names);
    private const int Names = 20;

    /// <summary>Queries outstanding at a time, as from a router that forwards for a household.</summary>
    private const int Window = 16;

    public static IReadOnlyList<(string Title, double? Target)> Measures { get; } =
    [
        ("handshake and one query of a new client", 0.90),
        ("handshake and one query of a client that comes again", 0.90),
        ("query on an open connection, one at a time", null),
        ("query on an open connection, 16 at a time", 0.30),
    ];

    /// <returns>By measure and system, a value each round.</returns>
    public Dictionary<(string Measure, string System), List<double>> Run(LeanOptions options, Action<string> say, CancellationToken stop)
    {
        var results = new Dictionary<(string, string), List<double>>();
        var servers = new List<(RunningServer Server, IPEndPoint Tls)>();
        Affinity.PinClient(pinned: true);
        try
        {
            var zone = Path.Combine(_directory, "zone");
            ZoneFiles.Write(zone, Names);
            Add(zone, tls => new HomeCloudSystem(Path.Combine(options.Programs, "homecloud-dns"), HomeCloudSystem.SystemName, tls.Arguments), servers);
            if (options.Against is { } against)
                Add(zone, tls => new HomeCloudSystem(Path.Combine(against, "homecloud-dns"), HomeCloudSystem.EarlierName, tls.Arguments), servers);
            if (Tool.Find(Unbound) is not null)
                Add(zone, tls => new UnboundSystem(tls), servers);
            for (var round = -1; round < options.Rounds; round++)
            {
                foreach (var measure in Measures.Select(pair => pair.Title))
                {
                    for (var i = 0; i < servers.Count; i++)
                    {
                        stop.ThrowIfCancellationRequested();
                        var (server, tls) = servers[(i + round + 1) % servers.Count];
                        var cost = Take(measure, server, tls);
                        if (round >= 0)
                            (results.TryGetValue((measure, server.System.Name), out var values) ? values : results[(measure, server.System.Name)] = []).Add(cost);
                    }
                }

                say($"DNS over TLS: round {round + 1}/{options.Rounds}");
            }
        }
        finally
        {
            servers.ForEach(pair => pair.Server.Dispose());
            Affinity.PinClient(pinned: false);
        }

        return results;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private double Take(string measure, RunningServer server, IPEndPoint tls)
    {
        var before = server.CpuTime;
        var load = Measures.ToList().FindIndex(pair => pair.Title == measure) switch
        {
            0 => TlsLoad.Connections(tls, _workload, Duration, resume: false),
            1 => TlsLoad.Connections(tls, _workload, Duration, resume: true),
            2 => TlsLoad.Queries(tls, _workload, Duration),
            _ => TlsLoad.Pipelined(tls, _workload, Duration, Window),
        };
        if (load.Wrong + load.Lost > load.Answers / 100)
            throw new InvalidOperationException($"{server.System.Name}, {measure}: {load.Wrong} wrong, {load.Lost} lost of {load.Answers}");
        return (server.CpuTime - before).TotalMicroseconds / load.Answers;
    }

    private void Add(string zone, Func<TlsPlace, ISystem> make, List<(RunningServer, IPEndPoint)> servers)
    {
        var (listen, tls) = (FreePort(), FreePort());
        var system = make(new TlsPlace(tls, Write("certificate.pem", Pair.Certificate), Write("key.pem", Pair.Key)));
        var directory = Directory.CreateDirectory(Path.Combine(_directory, system.Name)).FullName;
        var probe = QuestionWriter.Write($"{Workload.HostName(0)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(0));
        servers.Add((RunningServer.Start(system, system.Configure(Role.Local, directory, listen, zone, null)!, listen, probe), tls));
    }

    private static (string Certificate, string Key) Pair { get; } =
        SelfSigned.ForServer("bench", ["check.home"], [IPAddress.Loopback], DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static IPEndPoint FreePort()
    {
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)tcp.LocalEndPoint!;
    }
}
