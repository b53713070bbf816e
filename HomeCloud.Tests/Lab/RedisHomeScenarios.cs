using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab.Probing;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

[Trait("Category", "Lab")]
[Collection(LabCollections.Redis)]
public sealed class RedisHomeScenarios(RedisLab fixture, ITestOutputHelper output) : HomeScenarios(fixture.Lab, output)
{
    [Fact(Timeout = 120_000)]
    public async Task While_Redis_is_away_names_answer_and_dns_says_since_when()
    {
        await Lab.Server.Engine.RunBoxAsync("steady");
        using var names = new ContainerNames(Lab);
        await names.EqualDockerInspectAsync();
        var steady = ContainerNames.IPv4(await Lab.Server.Engine.AddressesAsync("steady"));
        using var prober = new Prober(Lab, ("steady.home", answer => answer.Is(steady)));
        using var laptop = new LaptopTools(Lab);

        await Lab.Server.Redis!.EndAsync("KILL");
        await SaysAsync(laptop, "unreachable since");
        await Lab.Server.Redis!.StartAsync();
        await SaysAsync(laptop, "connected since");
        await Lab.Server.Engine.RunBoxAsync("afterwards");
        await names.EqualDockerInspectAsync();
        prober.Stop().Should().BeEmpty();
    }

    private static async Task SaysAsync(LaptopTools laptop, string text)
    {
        var said = "";
        var does = await Poll.UntilAsync(async () => (said = await laptop.DigAsync($"@{Lan.Server4(0)}", "+short", "check.home", "txt")).Contains("6379", StringComparison.Ordinal) && said.Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        does.Should().BeTrue("check.home should say '{0}' and says {1}", text, said);
    }
}
