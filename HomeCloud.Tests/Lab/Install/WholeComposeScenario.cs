using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>The same and more: all data lost but the backup, a second machine that joins, the single process.</summary>
[Collection(LabCollections.OnTheirOwn)]
[Trait("Category", "Long")]
public sealed class WholeComposeScenario(PublishedHome home, ITestOutputHelper output) : ComposeScenario(home, output), IClassFixture<PublishedHome>
{
    [Fact(Timeout = 900_000)]
    public Task It_also_comes_back_from_a_backup_joins_a_second_machine_and_runs_as_one_process() => RunAsync(everything: true);
}
