using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Report;

/// <summary>One goal: a ratio that our server must not exceed.</summary>
/// <param name="Title">For a person.</param>
/// <param name="Limit">Most the ratio may be.</param>
/// <param name="Ratio">What was measured; null when it was not.</param>
internal sealed record Goal(string Title, double Limit, Func<BenchResults, Spread?> Ratio)
{
    private const string Us = "homecloud";

    public static IReadOnlyList<Goal> All { get; } =
    [
        .. from measure in (string[])["a", "mix", "edns"]
           from peer in ((string, double)[])[("echo", 1.10), ("knot", 0.85), ("nsd", 0.80), ("unbound", 0.70), ("dnsmasq", 0.57), ("technitium", 0.40)]
           select Cpu(measure, peer.Item1, peer.Item2),
        .. from measure in (string[])["a", "mix", "edns", "cookie", "rate1k", "rate20k", "tcp1", "tcp16", "a-100k", "forward"]
           select Cpu(measure, HomeCloudSystem.EarlierName, 1.03),
        Cpu("forward", "unbound", 0.70),
        Cpu("forward", "dnsmasq", 0.55),
        BestPeer("tcp1", 0.67),
        BestPeer("tcp16", 0.25),
        Cpu("rate1k", "knot", 1.10),
        Cpu("rate20k", "knot", 1.10),
        new("a: 100,000 names ÷ 1,000 names", 1.10, results => results.Ratio(Us, "a-100k", Us, "a", sample => sample.CpuPerQuery)),
        .. from measure in (string[])["a", "cookie"]
           select new Goal($"{measure}: all features and 100 changes per second ÷ bare", 1.10, results => results.Ratio("homecloud-full", "homecloud-bare", measure, sample => sample.CpuPerQuery)),
        new("memory at rest ÷ earlier", 1.05, results =>
            results.IdleMemory.TryGetValue(Us, out var now) && results.IdleMemory.TryGetValue(HomeCloudSystem.EarlierName, out var before) ? Spread.Of([(double)now / before]) : null),
        new("start to first answer ÷ earlier", 1.05, results =>
            results.StartMilliseconds(Us) is { } now && results.StartMilliseconds(HomeCloudSystem.EarlierName) is { } before ? Scale(now, before.Median) : null),
        new("start to first answer ÷ 80 ms", 1, results => results.StartMilliseconds(Us) is { } start ? Scale(start, 80) : null),
        new("memory at rest ÷ 40 MB", 1, results => results.IdleMemory.TryGetValue(Us, out var memory) ? Spread.Of([memory / 1024.0 / 40]) : null),
        new($"a name beyond its own data ÷ {ZoneMemory.Most} octets", 1, results => results.NameOverhead is { } octets ? Spread.Of([octets / ZoneMemory.Most]) : null),
        new($"an address beyond its own data ÷ {ZoneMemory.Most} octets", 1, results => results.AddressOverhead is { } octets ? Spread.Of([octets / ZoneMemory.Most]) : null),
    ];

    private static Goal Cpu(string measure, string peer, double limit) =>
        new($"{measure}: CPU ÷ {peer}", limit, results => results.Ratio(Us, peer, measure, sample => sample.CpuPerQuery));

    private static Goal BestPeer(string measure, double limit) => new($"{measure}: CPU ÷ best peer", limit, results =>
        results.Samples.Where(sample => sample.Measure == measure).Select(sample => sample.System).Distinct()
            // dnsmasq ends each connection after 100 answers, and the process of its own that gave them, whose CPU time shows up in
            // steps: no figure to compare with.
            .Where(system => system is not ("echo" or "dnsmasq" or HomeCloudSystem.EarlierName) && !system.StartsWith(Us, StringComparison.Ordinal))
            .Select(system => results.Ratio(Us, system, measure, sample => sample.CpuPerQuery))
            .OfType<Spread>()
            .OrderByDescending(ratio => ratio.Median)
            .Select(ratio => (Spread?)ratio)
            .FirstOrDefault());

    private static Spread Scale(Spread spread, double by) => new(spread.Median / by, spread.Low / by, spread.High / by);
}
