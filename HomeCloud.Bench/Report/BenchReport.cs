using System.Globalization;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Report;

/// <summary>Turns results into the tables that people read.</summary>
internal sealed class BenchReport(BenchResults results, IReadOnlyList<string> systems)
{
    private static readonly (string Measure, string Title)[] Rows =
    [
        ("a", "A hit, saturated"), ("mix", "mix with NXDOMAIN, NODATA"), ("edns", "A hit with EDNS"), ("cookie", "A hit with EDNS and a cookie"), ("a-100k", "A hit, 100,000 names"),
        ("unpinned", "A hit, not pinned"), ("rate1k", "at 1,000 QPS"), ("rate20k", "at 20,000 QPS"),
        ("tcp1", "TCP, one at a time"), ("tcp16", "TCP, 16 pipelined"), ("forward", "cached forward"),
    ];

    public IReadOnlyList<string> Systems => systems;

    /// <summary>Whether every goal that was measured is met, and every answer was right.</summary>
    public bool AllMet => !results.Samples.Any(sample => sample.Load.Wrong > 0) && Goal.All.All(goal => goal.Ratio(results) is not { } ratio || ratio.Median <= goal.Limit);

    /// <summary>Server CPU, rates, latencies, memory and start: a row a measure, a column a system.</summary>
    public Table Main()
    {
        var table = new Table(["", .. systems]);
        foreach (var (measure, title) in Rows.Where(row => results.MeasureNames.Contains(row.Measure)))
        {
            Add(table, $"{title}: CPU µs", system => Cell(results.Of(system, measure, sample => sample.CpuPerQuery), "0.00"));
            if (measure is "rate1k" or "rate20k")
                Add(table, "  median time to answer, µs", system => Cell(results.Of(system, measure, sample => sample.Load.P50), "0"));
            else
                Add(table, "  answers per second", system => Cell(results.Of(system, measure, sample => sample.Load.Rate), "#,0"));
            if (measure == "a-100k")
                Add(table, "  ÷ that among 1,000 names", system => Cell(results.Ratio(system, measure, system, "a", sample => sample.CpuPerQuery), "0.00"));
            if (measure == "a")
                Add(table, "  share of its core", system => Cell(results.Of(system, measure, sample => 100 * sample.Busy), "0", "%"));
        }

        Add(table, "dnsperf: answers per second", system => results.Dnsperf.TryGetValue(system, out var rate) && rate is { } value ? value.ToString("#,0", CultureInfo.InvariantCulture) : "");
        Add(table, "start to first answer, ms", system => Cell(results.StartMilliseconds(system), "0"));
        Add(table, "memory at rest, MB", system => Memory(results.IdleMemory, system));
        Add(table, "peak memory, MB", system => Memory(results.PeakMemory, system));
        Add(table, "memory with 100,000 names, MB", system => Memory(results.LargeZoneMemory, system));
        Add(table, "a name beyond its own data, octets", system => Octets(results.NameOverhead, system));
        Add(table, "an address beyond its own data, octets", system => Octets(results.AddressOverhead, system));
        return table;
    }

    /// <summary>CPU per query, ours divided by theirs: medians of paired rounds.</summary>
    public Table Ratios() => Ratios("homecloud ÷", HomeCloudSystem.SystemName, (peer, measure) => results.Ratio(HomeCloudSystem.SystemName, peer, measure, sample => sample.CpuPerQuery));

    /// <summary>CPU per query, each system's divided by the bare echo's: medians of paired rounds.</summary>
    public Table EchoRatios() => Ratios("÷ echo", EchoSystem.SystemName, (peer, measure) => results.Ratio(peer, EchoSystem.SystemName, measure, sample => sample.CpuPerQuery));

    public Table Goals()
    {
        var table = new Table("goal", "limit", "measured", "");
        foreach (var goal in Goal.All)
        {
            if (goal.Ratio(results) is { } ratio)
                table.Add(goal.Title, goal.Limit.ToString("0.00", CultureInfo.InvariantCulture), Cell(ratio, "0.00"), ratio.Median <= goal.Limit ? "met" : "missed");
        }

        return table;
    }

    /// <summary>Responses that were wrong, and queries without one; none is what we want.</summary>
    public IEnumerable<string> Doubts() =>
        from sample in results.Samples
        where sample.Load.Wrong > 0 || sample.Load.Lost > sample.Load.Answers / 1000
        group sample.Load by (sample.System, sample.Measure) into loads
        select $"{loads.Key.System}, {loads.Key.Measure}: {loads.Sum(load => load.Wrong)} wrong, {loads.Sum(load => load.Lost)} lost of {loads.Sum(load => load.Answers + load.Wrong + load.Lost)}";

    private Table Ratios(string heading, string beside, Func<string, string, Spread?> ratio)
    {
        var peers = systems.Where(system => system != beside).ToList();
        var table = new Table([heading, .. peers]);
        foreach (var (measure, title) in Rows.Where(row => results.MeasureNames.Contains(row.Measure)))
            Add(table, title, peers, peer => Cell(ratio(peer, measure), "0.00"));
        return table;
    }

    private void Add(Table table, string title, Func<string, string> cell) => Add(table, title, systems, cell);

    private static void Add(Table table, string title, IReadOnlyList<string> systems, Func<string, string> cell)
    {
        var cells = systems.Select(cell).ToList();
        if (cells.Any(text => text.Length > 0))
            table.Add([title, .. cells]);
    }

    private static string Memory(Dictionary<string, long> memory, string system) =>
        memory.TryGetValue(system, out var kib) ? (kib / 1024.0).ToString("0", CultureInfo.InvariantCulture) : "";

    // Measured of our zones alone, in this process.
    private static string Octets(double? octets, string system) =>
        system == HomeCloudSystem.SystemName && octets is { } each ? each.ToString("0", CultureInfo.InvariantCulture) : "";

    private static string Cell(Spread? spread, string format, string unit = "") => spread is { } value
        ? value.Median.ToString(format, CultureInfo.InvariantCulture) + unit + (value.High > value.Low ? $" ±{((value.High - value.Low) / 2).ToString(format, CultureInfo.InvariantCulture)}" : "")
        : "";
}
