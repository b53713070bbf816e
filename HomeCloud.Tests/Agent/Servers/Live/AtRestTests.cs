using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Making;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Live;

/// <summary>What runs while nothing happens: no timer, and no question to the engine.</summary>
public sealed class AtRestTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly MakerFixture _home = new();
    private readonly ManualClock _clock = new();
    private readonly Feed _feed = new();

    public AtRestTests() => _clock.JumpWallClock(DateTimeOffset.UtcNow - _clock.GetUtcNow());

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Usage_is_read_while_somebody_listens_and_not_otherwise()
    {
        using var directory = await DirectoryAsync();
        using var usage = new UsagePoller(new UsageReader(_home.Engine, directory, _clock), _feed, _clock);
        await usage.StartAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromMinutes(5));
        (_home.Engine.UsageReadings, _clock.Armed).Should().Be((0, 0));

        using (var listener = _feed.Listen())
        {
            await UntilReadAsync(1);
            await UntilArmedAsync(1);
            _clock.Advance(TimeSpan.FromSeconds(3));
            await UntilReadAsync(2);
            await UntilArmedAsync(1);
        }

        _clock.Advance(TimeSpan.FromSeconds(3));
        await UntilArmedAsync(0);
        _clock.Advance(TimeSpan.FromMinutes(5));
        (_home.Engine.UsageReadings, _clock.Armed).Should().Be((2, 0));
        await usage.StopAsync(CancellationToken.None);
        await directory.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_request_keeps_usage_going_for_ten_seconds_and_old_figures_are_not_shown()
    {
        using var directory = await DirectoryAsync();
        using var usage = new UsagePoller(new UsageReader(_home.Engine, directory, _clock), _feed, _clock);
        await usage.StartAsync(CancellationToken.None);
        usage.Find("web").Should().BeNull();
        for (var reading = 1; reading <= 4; reading++)
        {
            await UntilReadAsync(reading);
            await UntilArmedAsync(1);
            _clock.Advance(TimeSpan.FromSeconds(3));
        }

        await UntilArmedAsync(0);
        _home.Engine.UsageReadings.Should().Be(4);
        usage.Find("web").Should().BeNull();
        await usage.StopAsync(CancellationToken.None);
        await directory.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Servers_without_an_end_need_no_timer_and_no_listing()
    {
        await _home.MakeAsync(new CreateServer { Name = "stays" });
        using var expiry = Expiry();
        await expiry.StartAsync(CancellationToken.None);
        await UntilArmedAsync(1, "a change settles first");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await UntilArmedAsync(0);
        var listings = _home.Engine.Listings;

        _clock.Advance(TimeSpan.FromHours(1));

        (_home.Engine.Listings, _clock.Armed).Should().Be((listings, 0));
        await expiry.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_server_that_ends_is_removed_at_its_time_by_one_listing()
    {
        using var expiry = Expiry();
        await expiry.StartAsync(CancellationToken.None);
        await _home.MakeAsync(new CreateServer { Name = "brief", ExpiresIn = "1h" });
        var listings = _home.Engine.Listings;
        await StepAsync(TimeSpan.FromMinutes(59));
        (_home.Engine.Listings, _home.Engine.Containers.Count).Should().Be((listings, 1));

        await StepAsync(TimeSpan.FromMinutes(2));

        (await Poll.UntilAsync(() => _home.Engine.Containers.Count == 0, Limit)).Should().BeTrue();
        _home.Engine.Listings.Should().BeGreaterThan(listings);
        await expiry.StopAsync(CancellationToken.None);
    }

    private ExpiryClock Expiry() => new(_home.Engine, _home.Keeper, _clock, NullLogger<ExpiryClock>.Instance);

    // In steps, as it sleeps a minute at most; each step waits until it sleeps again.
    private async Task StepAsync(TimeSpan by)
    {
        for (var end = _clock.GetUtcNow() + by; _clock.GetUtcNow() < end && _home.Engine.Containers.Count > 0; _clock.Advance(TimeSpan.FromSeconds(20)))
            await UntilArmedAsync(1);
    }

    private async Task<ServerDirectory> DirectoryAsync()
    {
        _home.Engine.Add(new ContainerFacts
        {
            Id = "8a1f0c9d2b7e",
            Name = "web",
            Image = "busybox",
            Life = ContainerLife.Running,
            StartedAt = DateTimeOffset.UnixEpoch,
            Labels = ImmutableDictionary<string, string>.Empty,
        });
        var directory = new ServerDirectory(
            _home.Engine, new OpenPorts(_home, TimeProvider.System), new LastWords(_home.Engine, TimeProvider.System), _home.Book, _home.History, _feed, _home.Options, _home.Registry, TimeProvider.System, NullLogger<ServerDirectory>.Instance);
        await directory.StartAsync(CancellationToken.None);
        (await Poll.UntilAsync(() => directory.Running.Count == 1, Limit)).Should().BeTrue();
        return directory;
    }

    private async Task UntilReadAsync(int readings) => (await Poll.UntilAsync(() => _home.Engine.UsageReadings == readings, Limit)).Should().BeTrue();

    private async Task UntilArmedAsync(int timers, string because = "") => (await Poll.UntilAsync(() => _clock.Armed == timers, Limit)).Should().BeTrue(because);
}
