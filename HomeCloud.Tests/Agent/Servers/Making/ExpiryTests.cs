using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Making;

/// <summary>Servers made for a time: they go when it is over, whatever the machine's clock does meanwhile.</summary>
public sealed class ExpiryTests : IDisposable
{
    private readonly MakerFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_server_goes_when_its_time_is_over_and_only_ours_do()
    {
        await _home.MakeAsync(new CreateServer { Name = "brief", ExpiresIn = "1s" });
        await _home.MakeAsync(new CreateServer { Name = "stays" });
        _home.Engine.Add(new ContainerFacts
        {
            Id = "foreign",
            Name = "foreign",
            Image = "x",
            Life = ContainerLife.Running,
            Labels = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add(Labels.Expires, "2001-01-01T00:00:00Z"),
        });
        var clock = new LateClock();
        using var expiry = new ExpiryClock(_home.Engine, _home.Keeper, clock, NullLogger<ExpiryClock>.Instance);

        (await expiry.SweepAsync(default)).Should().Equal("brief");
        _home.Engine.Containers.Select(c => c.Name).Should().BeEquivalentTo("stays", "foreign");
        _home.History.Newest("brief", 1).Single().Kind.Should().Be(HistoryKind.Expired);
    }

    [Fact]
    public async Task A_clock_that_is_set_right_late_ends_nobody_s_time()
    {
        var clock = new ManualClock();
        clock.JumpWallClock(DateTimeOffset.UtcNow - clock.GetUtcNow());
        using var expiry = new ExpiryClock(_home.Engine, _home.Keeper, clock, NullLogger<ExpiryClock>.Instance);
        await expiry.SweepAsync(default);
        await _home.MakeAsync(new CreateServer { Name = "brief", ExpiresIn = "1h" });
        (await expiry.SweepAsync(default)).Should().BeEmpty();

        clock.JumpWallClock(TimeSpan.FromDays(900));
        (await expiry.SweepAsync(default)).Should().BeEmpty("a board without a clock of its own was set right by NTP; no hour has passed");
        clock.Advance(TimeSpan.FromMinutes(50));
        (await expiry.SweepAsync(default)).Should().BeEmpty();
        clock.Advance(TimeSpan.FromMinutes(11));
        (await expiry.SweepAsync(default)).Should().Equal("brief");
    }

    [Fact]
    public async Task A_clock_that_was_ahead_keeps_nobody_for_ever()
    {
        var clock = new ManualClock();
        clock.JumpWallClock(DateTimeOffset.UtcNow - clock.GetUtcNow());
        using var expiry = new ExpiryClock(_home.Engine, _home.Keeper, clock, NullLogger<ExpiryClock>.Instance);
        await expiry.SweepAsync(default);
        await _home.MakeAsync(new CreateServer { Name = "brief", ExpiresIn = "1h" });
        await expiry.SweepAsync(default);

        clock.JumpWallClock(TimeSpan.FromDays(-900));
        clock.Advance(TimeSpan.FromMinutes(61));
        (await expiry.SweepAsync(default)).Should().Equal("brief");
    }

    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromHours(1);
    }
}
