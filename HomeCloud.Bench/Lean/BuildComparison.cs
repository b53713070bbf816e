using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Lean;

/// <summary>Two builds of our DNS server over UDP, with nothing switched on that is off by default.</summary>
internal static class BuildComparison
{
    private const double Limit = 1.02;
    private const string Program = "homecloud-dns";

    private static readonly string[] Measures = ["a", "mix", "edns", "cookie", "rate20k", "forward"];

    /// <param name="programs">Folder of this build.</param>
    /// <param name="against">Folder of the earlier one.</param>
    public static IEnumerable<LeanFigure> Udp(string programs, string against, int rounds, Action<string> say, CancellationToken stop)
    {
        var bench = new BenchOptions
        {
            Rounds = rounds,
            Duration = TimeSpan.FromSeconds(1),
            Only = Measures,
            Server = Path.Combine(programs, Program),
            Output = ".",
        };
        var run = new BenchRun(
            bench,
            [new HomeCloudSystem(bench.Server), new HomeCloudSystem(Path.Combine(against, Program), HomeCloudSystem.EarlierName)],
            text => say($"UDP: {text}"),
            stop);
        run.Run();
        return Measures.Select(measure => new LeanFigure(
            $"UDP, {measure}: CPU a query", "µs", Comparing.Ratio, Limit, Values(HomeCloudSystem.SystemName, measure), HomeCloudSystem.EarlierName, Values(HomeCloudSystem.EarlierName, measure)));

        List<double> Values(string system, string measure) =>
            [.. run.Results.Samples.Where(sample => sample.System == system && sample.Measure == measure).OrderBy(sample => sample.Round).Select(sample => sample.CpuPerQuery)];
    }
}
