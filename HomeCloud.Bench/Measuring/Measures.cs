using HomeCloud.Bench.Load;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Measuring;

/// <summary>What is measured, on which zone.</summary>
internal static class Measures
{
    public const int SmallZone = 1_000;
    public const int LargeZone = 100_000;
    public const int ForeignNames = 5_000;

    public static IReadOnlyList<Measure> Small(TimeSpan duration) =>
    [
        Udp("a", "A hit, saturated", Workload.Hits(SmallZone), new LoadPlan(duration)),
        Udp("mix", "65 % A, 10 % NXDOMAIN, 25 % NODATA", Workload.Mix(SmallZone), new LoadPlan(duration)),
        Udp("edns", "A hit with EDNS", Workload.Edns(SmallZone), new LoadPlan(duration)),
        new("cookie", "A hit with EDNS and a cookie", server => UdpLoad.Run(server.EndPoint, Cookies(server), new LoadPlan(duration))),
        Udp("rate1k", "A hit at 1,000 QPS", Workload.Hits(SmallZone), new LoadPlan(duration, Rate: 1_000)),
        Udp("rate20k", "A hit at 20,000 QPS", Workload.Hits(SmallZone), new LoadPlan(duration, Rate: 20_000)),
        Tcp("tcp1", "TCP, one query at a time", new LoadPlan(duration, Window: 1)),
        Tcp("tcp16", "TCP, 16 pipelined", new LoadPlan(duration, Window: 16)),
    ];

    public static IReadOnlyList<Measure> Large(TimeSpan duration) =>
        [Udp("a-100k", "A hit among 100,000 names", Workload.Hits(LargeZone, LargeZone), new LoadPlan(duration))];

    public static IReadOnlyList<Measure> Forward(TimeSpan duration) =>
    [
        new("forward", "cached forward, saturated", server => UdpLoad.Run(server.EndPoint, Foreign, new LoadPlan(duration, Window: 100)), Echo: false),
    ];

    /// <summary>Asks every foreign name, slowly enough for each server's limits.</summary>
    public static void WarmUp(RunningServer server) => UdpLoad.Run(server.EndPoint, Foreign, new LoadPlan(TimeSpan.FromSeconds(2), Window: 50, Rate: 5_000));

    private static readonly Workload Foreign = Workload.Foreign(ForeignNames);

    // As any client does: it learns the server's cookie with its first question and sends it with all others.
    private static Workload Cookies(RunningServer server)
    {
        var first = Workload.WithCookie(1, ServerCookie.OfClient).Questions[0];
        var workload = Workload.WithCookie(SmallZone, ServerCookie.Learn(server.EndPoint, first));
        return server.System is EchoSystem ? workload.ForEcho() : workload;
    }

    private static Measure Udp(string name, string title, Workload workload, LoadPlan plan)
    {
        var echo = workload.ForEcho();
        return new Measure(name, title, server => UdpLoad.Run(server.EndPoint, server.System is EchoSystem ? echo : workload, plan));
    }

    private static Measure Tcp(string name, string title, LoadPlan plan)
    {
        var workload = Workload.Hits(SmallZone);
        var echo = workload.ForEcho();
        return new Measure(name, title, server => TcpLoad.Run(server.EndPoint, server.System is EchoSystem ? echo : workload, plan));
    }
}

/// <summary>One thing that is measured of a running server.</summary>
/// <param name="Name">For tables and <c>--only</c>.</param>
/// <param name="Title">For a person.</param>
/// <param name="Run">Puts the load on.</param>
/// <param name="Echo">Whether the echo can take part.</param>
internal sealed record Measure(string Name, string Title, Func<RunningServer, LoadResult> Run, bool Echo = true);
