using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab.Engines;

/// <summary>The machine's packages bring a new engine while the agent runs: same socket, same data, another version of the API.</summary>
[Trait("Category", "Engines")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class EngineUpgradeScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact(Timeout = 300_000)]
    public async Task An_engine_that_becomes_a_newer_one_is_followed_on()
    {
        await using var lab = await HomeLab.StartAsync(new LabOptions { Engine = "docker-26" }, SilentProgress.Instance, CancellationToken.None);
        var engine = lab.Server.Engine;
        await engine.RunBoxAsync("airplay", "--restart", "always");
        await AnswersAsync(lab, "airplay");
        AgentLog(lab).Should().Contain("26.1");

        await engine.BecomeAsync(EngineChoice.Find("docker-28"));

        (await Poll.UntilAsync(() => AgentLog(lab).Contains("28.5", StringComparison.Ordinal), Patience)).Should().BeTrue(AgentLog(lab));
        await AnswersAsync(lab, "airplay");
        await engine.RunBoxAsync("after");
        await AnswersAsync(lab, "after");
        await engine.DockerAsync(["rename", "after", "later"]);
        await AnswersAsync(lab, "later");
    }

    private static async Task AnswersAsync(HomeLab lab, string container)
    {
        var answer = StubAnswer.Timeout;
        using var stub = StubResolver.OnLaptop(lab, Lan.Server4(0));
        var right = await Poll.UntilAsync(
            async () => (answer = stub.Ask(container + ".home", timeoutMilliseconds: 500)).Is((await lab.Server.Engine.AddressesAsync(container)).Where(address => address.AddressFamily == AddressFamily.InterNetwork))
                && !answer.Addresses.IsEmpty,
            Patience);
        right.Should().BeTrue($"{container} is {answer}");
    }

    private static string AgentLog(HomeLab lab) => File.ReadAllText(lab.Server.Agent.LogPath);
}
