using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>The validation scenarios of Unbound and Knot Resolver, some 250, run against our forwarder: RCODE, AD and answer are those that they lay down, but for differences with a reason.</summary>
[Trait("Category", "Long")]
public sealed class ReplayScenarioTests(ITestOutputHelper output)
{
    [Fact(Timeout = 900_000)]
    public async Task Judges_as_the_scenarios_of_Unbound_and_Knot_Resolver_lay_down()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(14));
        using var sources = await ReplaySources.FetchAsync(deadline.Token);
        var scenarios = sources.All.ToList();
        var unexplained = new List<string>();
        var gone = new List<string>();
        var explained = 0;
        foreach (var (package, file) in scenarios)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var scenario = ReplayScenario.Read(await File.ReadAllLinesAsync(file, deadline.Token));
            var found = await ReplayRun.RunAsync(scenario);
            var reasons = ReplayDifferences.Of(package, name).ToList();
            unexplained.AddRange(found.Where(line => !reasons.Exists(reason => reason.Covers(line))).Select(line => $"{package}/{name} {line}"));
            gone.AddRange(reasons.Where(reason => reason.IsOf(scenario) && !found.Exists(reason.Covers)).Select(reason => reason.Text));
            explained += found.Count > 0 ? 1 : 0;
        }

        output.WriteLine($"measured: {scenarios.Count} scenarios of {string.Join(" and ", sources.Archives)}: {scenarios.Count - explained} as laid down, {explained} different");
        if (sources.Unpinned.Any())
            output.WriteLine($"not looked at before: {string.Join(", ", sources.Unpinned)}; their differences need reasons in ReplayDifferences");
        foreach (var line in unexplained)
            output.WriteLine(line);
        unexplained.Should().BeEmpty();
        gone.Should().BeEmpty("a difference that is gone must leave the list");
        scenarios.Should().HaveCountGreaterThan(200);
    }
}
