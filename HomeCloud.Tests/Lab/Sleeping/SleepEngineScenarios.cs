using System.Diagnostics;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Tests.Lab.Chaos;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>Sleep and the engine: paused instead of stopped, restarted, and gone with the power.</summary>
public abstract class SleepEngineScenarios(LabFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly HomeLab _lab = fixture.Lab;
    private readonly SleepSteps _steps = new(fixture.Lab.Server);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _lab.RemoveContainersAsync();

    [Fact(Timeout = 180_000)]
    public async Task Paused_it_keeps_its_memory_and_is_resumed_by_name_and_by_packet()
    {
        using var laptop = new LaptopTools(_lab);
        await _lab.Server.Engine.RunBoxAsync("frozen", "--label", "homecloud.sleep=5s", "--label", "homecloud.sleep-mode=pause");
        var four = (await _lab.Server.Engine.AddressesAsync("frozen"))[0].ToString();
        await _lab.Server.Engine.DockerAsync(["exec", "frozen", "sh", "-c", "echo kept >/dev/shm/memory || echo kept >/run/memory"]);

        await _steps.FallsAsleepAsync("frozen");
        (await StateAsync("frozen")).Should().Be("paused");
        using var engine = new EngineEye(_lab.Server.Engine);

        var begun = Stopwatch.GetTimestamp();
        (await laptop.SshAsync("frozen.home", 22, "cat /dev/shm/memory || cat /run/memory")).Should().Contain("kept");
        output.WriteLine($"measured: woken from a pause by name, ssh done after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.00} s");
        (await StateAsync("frozen")).Should().Be("running");
        await _steps.FallsAsleepAsync("frozen");
        (await StateAsync("frozen")).Should().Be("paused");
        (await _lab.FetchAsync($"http://{four}:8080/")).Should().Contain("frozen");
        engine.Starts("frozen").Should().Be(0, "it was never stopped");
    }

    [Theory(Timeout = 240_000)]
    [InlineData("the engine is restarted", "dormouse")]
    [InlineData("the engine is killed", "hedgehog")]
    [InlineData("the power is cut", "marmot")]
    public async Task No_sleeping_name_is_lost_when(string what, string name)
    {
        using var laptop = new LaptopTools(_lab);
        var engine = _lab.Server.Engine;
        await engine.RunBoxAsync(name, "--restart", "unless-stopped", "--label", "homecloud.sleep=30d");
        var four = (await engine.AddressesAsync(name))[0].ToString();
        await laptop.SettlesAsync(name + ".home", answer => answer.Addresses.Length > 0, four);
        await _steps.SleepAsync(name);

        if (what.Contains("power", StringComparison.Ordinal))
        {
            await HomeLab.PullPlugAsync(_lab.Server);
            await _lab.PowerOnAsync(_lab.Server);
        }
        else
        {
            await engine.Daemon.EndAsync(what.Contains("kill", StringComparison.Ordinal) ? "KILL" : "TERM");
            await engine.StartAsync();
            await engine.ReadyAsync();
        }

        await _steps.FallsAsleepAsync(name);
        (await _steps.RunningAsync(name)).Should().BeFalse("nobody called it");
        (await laptop.DigAsync("+short", "TXT", name + ".home")).Should().Contain("state=asleep");
        (await laptop.SshAsync(name + ".home", 22, "hostname")).Should().Be(name);
        (await engine.AddressesAsync(name))[0].ToString().Should().Be(four);
    }

    private Task<string> StateAsync(string name) => _lab.Server.Engine.DockerAsync(["inspect", "--format", "{{.State.Status}}", name]);
}
