using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab.Probing;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>What holds in a home of either shape.</summary>
public abstract class HomeScenarios : IAsyncLifetime
{
    private const int Many = 50;

    protected HomeScenarios(HomeLab lab, ITestOutputHelper output)
    {
        Lab = lab;
        Output = output;
    }

    protected HomeLab Lab { get; }

    protected ITestOutputHelper Output { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Lab.RemoveContainersAsync();

    [Fact(Timeout = 120_000)]
    public async Task Every_step_of_the_check_passes()
    {
        using var check = new HomeCheck(Lab);
        foreach (var step in check.Steps)
            Output.WriteLine($"{step.Title}: {await step.RunAsync()}");
    }

    [Fact(Timeout = 300_000)]
    public async Task Fifty_containers_resolve_forward_and_reverse_and_leave_nothing_behind()
    {
        using var names = new ContainerNames(Lab);
        // Names of their own: one that another scenario removed a moment ago still answers during the grace.
        string[] containers = [.. Enumerable.Range(1, Many).Select(i => $"crowd{i}")];
        var times = new List<TimeSpan>();
        foreach (var container in containers)
        {
            await Lab.Server.Engine.CreateBoxAsync(container);
            times.Add(await names.StartAsync(Lab.Server.Engine, container));
        }

        times.Sort();
        Output.WriteLine(
            $"measured: {Lab.Options.Shape}, docker start returned to right answer over {Many} starts: " +
            $"median {times[Many / 2].TotalMilliseconds:0.0} ms, worst {times[^1].TotalMilliseconds:0.0} ms");
        await names.EqualDockerInspectAsync();

        await Lab.Server.Engine.DockerAsync(["rm", "--force", .. containers]);
        foreach (var container in containers)
            await names.BecomesNxDomainAsync(container);
    }

    [Fact(Timeout = 120_000)]
    public async Task Outside_names_answer_all_the_while_the_engine_restarts_and_names_are_right_afterwards()
    {
        using var names = new ContainerNames(Lab);
        await Lab.Server.Engine.RunBoxAsync("stays", "--restart", "always");
        await Lab.Server.Engine.RunBoxAsync("ends");
        await names.EqualDockerInspectAsync();

        using var prober = new Prober(
            Lab,
            (OutsideNames.Plain, a => a.Is(OutsideNames.PlainAddress)),
            // It may be away for a moment, but it exists all the while.
            ("stays.home", a => a.Code == StubAnswer.NoError));
        await Lab.Server.Engine.Daemon.EndAsync();
        await Lab.Server.Engine.StartAsync();
        await Lab.Server.Engine.ReadyAsync();
        await Lab.Server.Engine.DockerAsync(["rm", "--force", "ends"]);
        await Lab.Server.Engine.RunBoxAsync("new");
        await names.EqualDockerInspectAsync(gone: ["ends"]);

        prober.Stop().Should().BeEmpty();
        prober.Asked.Should().BeGreaterThan(50);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_happens_while_the_agent_is_dead_is_known_after_its_return()
    {
        using var names = new ContainerNames(Lab);
        foreach (var container in (string[])["stays", "ends", "renamed", "stopped"])
            await Lab.Server.Engine.RunBoxAsync(container);
        await names.EqualDockerInspectAsync();

        using var prober = OutlivesTheAgent ? new Prober(Lab, ("stays.home", a => !a.Addresses.IsEmpty), (OutsideNames.Plain, a => a.Is(OutsideNames.PlainAddress))) : null;
        await Lab.Server.Agent.EndAsync("KILL");
        await Lab.Server.Engine.DockerAsync(["rm", "--force", "ends"]);
        await Lab.Server.Engine.DockerAsync(["rename", "renamed", "another"]);
        await Lab.Server.Engine.DockerAsync(["stop", "stopped"]);
        await Lab.Server.Engine.RunBoxAsync("new");
        await Lab.Server.Agent.StartAsync();

        await names.EqualDockerInspectAsync(gone: ["ends", "renamed"]);
        names.Ask("stopped").Should().Match<StubAnswer>(a => a.Code == StubAnswer.NoError && a.Addresses.IsEmpty);
        prober?.Stop().Should().BeEmpty();
    }

    /// <summary>Whether DNS is a process of its own, which must not notice the agent's death.</summary>
    private bool OutlivesTheAgent => Lab.Options.Shape == LabShape.Redis;
}
