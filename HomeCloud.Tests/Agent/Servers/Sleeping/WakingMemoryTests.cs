using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Tests.Agent.Servers.Sleeping;

/// <summary>Where memory is short, an idle server gives way to the one that is called.</summary>
public sealed class WakingMemoryTests : IDisposable
{
    private readonly SleepFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Without_memory_the_longest_idle_one_gives_way_and_nobody_in_use_does()
    {
        _home.Run("used", "30m", "192.168.7.21");
        _home.Run("idle", "30m", "192.168.7.22");
        await _home.SleepingAsync();
        _home.Engine.Use = container => new UseReading(container.Name == "used" ? 1 : 0, 0);
        await _home.PassAsync(TimeSpan.FromMinutes(1));
        _home.Available = 1 << 20;
        _home.Engine.AfterStop = () => _home.Available = 2L << 30;

        (await _home.AskAsync("box")).Should().BeNull();

        _home["idle"].Asleep.Should().NotBeNull();
        _home["used"].IsUp.Should().BeTrue();
        _home["box"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task Of_two_idle_ones_the_longer_idle_gives_way()
    {
        _home.Run("lately", "2h", "192.168.7.21");
        _home.Run("long-ago", "2h", "192.168.7.22");
        await _home.SleepingAsync();
        _home.Engine.Use = container => new UseReading(container.Name == "lately" ? 1 : 0, 0);
        await _home.PassAsync(TimeSpan.FromMinutes(1));
        _home.Engine.Use = _ => new UseReading(0, 0);
        _home.Available = 1 << 20;
        _home.Engine.AfterStop = () => _home.Available = 2L << 30;

        (await _home.AskAsync("box")).Should().BeNull();

        _home["long-ago"].Asleep.Should().NotBeNull();
        _home["lately"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task Without_memory_and_with_nobody_to_give_way_it_says_so()
    {
        await _home.SleepingAsync();
        _home.Available = 1 << 20;

        (await _home.AskAsync("box")).Should().Contain("memory");

        _home["box"].Asleep.Should().NotBeNull();
    }
}
