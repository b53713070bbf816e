using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Install;

[Collection(LabCollections.OnTheirOwn)]
[Trait("Category", "Lab")]
public sealed class PublishedComposeScenario(PublishedHome home, ITestOutputHelper output) : ComposeScenario(home, output), IClassFixture<PublishedHome>
{
    [Fact(Timeout = 600_000)]
    public Task It_comes_up_healthy_serves_the_laptop_and_survives_down_up_and_kill_9() => RunAsync(everything: false);
}
