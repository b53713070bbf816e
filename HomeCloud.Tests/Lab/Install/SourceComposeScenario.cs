using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>The same and more, with images whose programs the Dockerfile itself compiles: minutes, so not for every day.</summary>
[Collection(LabCollections.OnTheirOwn)]
[Trait("Category", "Long")]
public sealed class SourceComposeScenario(SourceHome home, ITestOutputHelper output) : ComposeScenario(home, output), IClassFixture<SourceHome>
{
    [Fact(Timeout = 3_600_000)]
    public Task Built_from_source_it_comes_up_healthy_serves_the_laptop_and_survives_down_up_and_kill_9() => RunAsync(everything: true);
}
