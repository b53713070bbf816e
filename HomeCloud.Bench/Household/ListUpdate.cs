using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Systems;
using HomeCloud.Dns.Hosting.Control;

namespace HomeCloud.Bench.Household;

/// <summary>What clients notice of a new version of the list while the server is busy.</summary>
internal static class ListUpdate
{
    private const int Names = 1_000;
    private const double Share = 0.8;

    /// <summary>Outstanding at most: what many clients have, and less than a receive buffer holds.</summary>
    private const int Window = 1_000;

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static IEnumerable<LeanFigure> Measure(MeasuredServers servers, BlockedList list, HouseholdOptions options)
    {
        var zone = Path.Combine(servers.Folder, "updated");
        ZoneFiles.Write(zone, Names);
        var hits = Workload.Hits(Names);
        var folder = servers.NewFolder();
        var server = servers.Start(new HomeCloudSystem(options.Server, HomeCloudSystem.SystemName, "--block", $"bench={list.Hosts}"), list.Probe, zone, folder: folder);
        List<double> lost = [], p99 = [], p99Before = [], slowest = [], slowestBefore = [], took = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            servers.Stop.ThrowIfCancellationRequested();
            var top = UdpLoad.Run(server.EndPoint, hits, new LoadPlan(options.Duration)).Rate;
            var plan = new LoadPlan(Before, Window, (int)(Share * top));
            var quiet = UdpLoad.Run(server.EndPoint, hits, plan);
            list.Renew();
            using var done = new CancellationTokenSource();
            var update = Task.Run(() => UpdateAsync(folder, done));
            var busy = UdpLoad.Run(server.EndPoint, hits, plan with { Duration = Longest, Stop = done.Token });
            took.Add(update.GetAwaiter().GetResult());
            lost.Add(busy.Lost + busy.Wrong);
            p99.Add(busy.P99);
            p99Before.Add(quiet.P99);
            slowest.Add(busy.Slowest / 1000);
            slowestBefore.Add(quiet.Slowest / 1000);
            servers.Say($"update: round {round + 1}/{options.Rounds}, {took[^1]:F1} s at {plan.Rate:N0} queries a second");
        }

        servers.End(server);
        var title = $"new list of {options.Names:N0} names at 80 % of top speed";
        yield return new LeanFigure($"{title}, answers lost", "", Comparing.Alone, 0, lost, "", []);
        yield return new LeanFigure($"{title}, 99th percentile of the time to answer", "µs", Comparing.Ratio, 1.2, p99, "before", p99Before);
        yield return new LeanFigure($"{title}, slowest answer", "ms", Comparing.Ratio, null, slowest, "before", slowestBefore);
        yield return new LeanFigure($"{title}, until it counts", "s", Comparing.Alone, null, took, "", []);
    }

    // Not by the command: it would start beside the client, on the client's processor, and its start would count as the server's delay.
    private static async Task<double> UpdateAsync(string folder, CancellationTokenSource done)
    {
        var watch = Stopwatch.StartNew();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(ControlSocket.PathIn(folder)));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{ControlRequest.BlockUpdate} bench\n"));
        using var reader = new StreamReader(stream);
        var said = await reader.ReadToEndAsync();
        var took = watch.Elapsed.TotalSeconds;
        await done.CancelAsync();
        return said.Contains("renewed", StringComparison.Ordinal) ? took : throw new InvalidOperationException($"the list was not renewed: {said}");
    }
}
