using HomeCloud.Lab;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>
/// An agent that does not see the containers' processes, as in compose and under its systemd unit, and one that may not see packets:
/// each beside the lab's own, which lets the container alone, because it has no label.
/// </summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class SleepFallbackScenarios(EmbeddedLab fixture) : IAsyncLifetime
{
    private readonly HomeLab _lab = fixture.Lab;
    private readonly SleepSteps _steps = new(fixture.Lab.Server);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _lab.RemoveContainersAsync();

    [Fact(Timeout = 240_000)]
    public async Task Without_the_containers_processes_statistics_and_one_look_inside_say_who_is_connected()
    {
        await _lab.Server.Engine.RunBoxAsync("veiled");
        var address = (await _lab.Server.Engine.AddressesAsync("veiled"))[0];
        await using var agent = await OtherAgent.StartBehindAsync(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"], _lab.Server.Machine, "blind");
        using (var caller = new Chaos.SleepingCaller(_lab, "veiled", address, SleepSteps.Patience))
        using (var call = await caller.CallAsync(Chaos.CallWay.Arp))
        {
            call.IsThrough.Should().BeTrue(call.Error);
            (await agent.RunAsync("set", "veiled", "--sleep", "5s")).OrFail();
            (await call.StaysAsync(TimeSpan.FromSeconds(15))).Should().BeTrue("somebody is connected");
            (await agent.RunAsync("show", "veiled")).Output.Should().Contain("connections are open");
        }

        (await Poll.UntilAsync(async () => SleepSteps.SaysAsleep((await agent.RunAsync("show", "veiled", "--json")).Output), SleepSteps.Patience)).Should().BeTrue("nobody is connected any more");
        (await _steps.RunningAsync("veiled")).Should().BeFalse();
    }

    [Fact(Timeout = 240_000)]
    public async Task An_image_without_cat_stays_awake_and_says_so()
    {
        await _lab.Server.Engine.RunBoxAsync("catless");
        await _lab.Server.Engine.DockerAsync(["exec", "catless", "rm", "/usr/bin/cat"]);
        await using var agent = await OtherAgent.StartBehindAsync(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"], _lab.Server.Machine, "blind");
        (await agent.RunAsync("set", "catless", "--sleep", "5s")).OrFail();

        (await Poll.UntilAsync(async () => (await agent.RunAsync("show", "catless")).Output.Contains("its connections cannot be seen", StringComparison.Ordinal), SleepSteps.Patience)).Should().BeTrue();
        (await _steps.RunningAsync("catless")).Should().BeTrue();
    }

    [Fact(Timeout = 240_000)]
    public async Task Without_NET_RAW_packets_wake_nobody_and_the_doctor_says_so()
    {
        await _lab.Server.Engine.RunBoxAsync("deaf");
        await using var agent = await OtherAgent.StartBehindAsync(["setpriv", "--bounding-set=-net_raw", "--"], _lab.Server.Machine, "unhearing");
        (await DoctorAsync(agent)).Should().NotContain("woken by questions for their names only", "nobody sleeps");
        (await agent.RunAsync("sleep", "deaf")).OrFail();

        (await Poll.UntilAsync(async () => (await DoctorAsync(agent)).Contains("woken by questions for their names only", StringComparison.Ordinal), SleepSteps.Patience)).Should().BeTrue();
        (await DoctorAsync(agent)).Should().Contain("CAP_NET_RAW").And.Contain("\"warning\"");
        (await agent.RunAsync("wake", "deaf")).OrFail();
        (await _steps.RunningAsync("deaf")).Should().BeTrue();
    }

    private async Task<string> DoctorAsync(OtherAgent agent) =>
        (await _lab.Server.Machine.RunAsync([Executables.Agent, "doctor", "--json", "--only", "events", "--control-socket", agent.Socket], timeout: TimeSpan.FromMinutes(1))).Output;
}
