using HomeCloud.Lab;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab.Probing;

namespace HomeCloud.Tests.Lab;

/// <summary>Two machines with one agent id, cloned or by one host name: the second is refused, both are named, and nobody's names go.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.TwoServers)]
public sealed class TwinScenarios(TwoServerLab fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HomeLab _lab = fixture.Lab;

    private LabServer First => _lab.Servers[0];

    private LabServer Second => _lab.Servers[1];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        // First, or the agent under its own id would tell of one that is about to go.
        await _lab.RemoveContainersAsync();
        await Second.Agent.EndAsync();
        (await Second.Machine.ShellAsync("hostname server2 && if [ -e /root/own-id ]; then cp -a /root/own-id /var/lib/homecloud/agent-id; fi && rm -f /root/own-id")).OrFail();
        await StartSecondAsync();
    }

    [Theory(Timeout = 240_000)]
    [InlineData("cp -a /var/lib/homecloud/agent-id /root/own-id && printf 'server\\n' >/var/lib/homecloud/agent-id")]
    [InlineData("cp -a /var/lib/homecloud/agent-id /root/own-id && rm /var/lib/homecloud/agent-id && hostname server")]
    public async Task The_second_is_refused_with_both_named_and_the_doctor_tells(string becomeTwin)
    {
        (await First.Machine.RunAsync(["cat", "/var/lib/homecloud/agent-id"])).OrFail().Output.Trim().Should().Be("server");
        using var names = new ContainerNames(_lab, Lan.Server4(0));
        await First.Engine.RunBoxAsync("steady");
        await names.EqualDockerInspectAsync();
        var steady = ContainerNames.IPv4(await First.Engine.AddressesAsync("steady"));

        await Second.Agent.EndAsync();
        var before = LogLength(Second);
        (await Second.Machine.ShellAsync(becomeTwin)).OrFail();
        using var prober = new Prober(_lab, Lan.Server4(0), ("steady.home", a => a.Is(steady)));
        await StartSecondAsync();
        await Second.Engine.RunBoxAsync("twin");

        string Said() => File.ReadAllText(Second.Agent.LogPath)[before..];
        (await Poll.UntilAsync(() => Said().Contains("Two machines use the agent id", StringComparison.Ordinal), Patience)).Should().BeTrue(Said());
        Said().Should().Contain(Lan.Server4(0)).And.Contain(Lan.Server4(1)).And.Contain("--agent-id");

        // Other scenarios may have made the second Redis the primary.
        var redis = $"{Lan.Server4(0)}:6379,{Lan.Server4(1)}:6379";
        foreach (var options in (string[][])[["--only", "events"], ["--only", "redis", "--redis", redis]])
        {
            var doctor = await Second.Machine.RunAsync([Executables.Cli, "doctor", .. options], timeout: Patience);
            doctor.Text.Should().Contain("agent id").And.Contain(Lan.Server4(0)).And.Contain(Lan.Server4(1));
        }

        await names.BecomesNxDomainAsync("twin");
        prober.Stop().Should().BeEmpty("the first machine's names stay");
    }

    private static int LogLength(LabServer server) => File.ReadAllText(server.Agent.LogPath).Length;

    private async Task StartSecondAsync()
    {
        await Second.Agent.StartAsync();
        await Second.Agent.ReadyAsync(async () => (await Second.Machine.RunAsync([Executables.Cli, "ls"], timeout: Patience)).Succeeded, Patience);
    }
}
