using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class ResolverActivityTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly ManualClock _clock = new();
    private readonly QueryObserver _observer = new();
    private readonly QueryFeed _feed;
    private readonly ResolverActivity _activity;

    public ResolverActivityTests()
    {
        _feed = new QueryFeed(_observer, _clock, NullLogger<QueryFeed>.Instance);
        _activity = new ResolverActivity(_observer, _feed, _clock, NullLogger<ResolverActivity>.Instance);
    }

    public void Dispose()
    {
        _activity.Dispose();
        _feed.Dispose();
        _observer.Dispose();
    }

    [Fact]
    public async Task What_came_while_nobody_looked_is_shared_among_its_seconds()
    {
        await StartAsync();
        Ask(25);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await SleepsAsync();
        Ask(4);
        _clock.Advance(TimeSpan.FromSeconds(2));

        _activity.Look().PerSecond.Should().Equal(2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2);
        await _activity.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Each_second_counts_for_itself_while_somebody_looks()
    {
        await StartAsync();
        _activity.Look();
        for (var second = 1; second <= 3; second++)
        {
            await SleepsAsync(TimeSpan.FromSeconds(1));
            Ask(second);
            _clock.Advance(TimeSpan.FromSeconds(1));
            (await Poll.UntilAsync(() => _activity.Look().PerSecond.Count == second, Limit)).Should().BeTrue();
        }

        _activity.Look().PerSecond.Should().Equal(1, 2, 3);
        await _activity.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_looks_no_more_is_forgotten()
    {
        await StartAsync();
        _activity.Look();
        await SleepsAsync(TimeSpan.FromSeconds(1));
        _observer.Ring.Should().NotBeNull();

        _clock.Advance(TimeSpan.FromMinutes(6));

        (await Poll.UntilAsync(() => _observer.Ring is null, Limit)).Should().BeTrue();
        await SleepsAsync(TimeSpan.FromSeconds(10));
        await _activity.StopAsync(CancellationToken.None);
    }

    private async Task StartAsync()
    {
        await _activity.StartAsync(CancellationToken.None);
        await SleepsAsync();
    }

    private void Ask(int queries)
    {
        for (var i = 0; i < queries; i++)
            _observer.Counters.CountQuery(QueryTransport.Udp);
    }

    private async Task SleepsAsync(TimeSpan? first = null) =>
        (await Poll.UntilAsync(() => first is { } due ? _clock.NextIn == due : _clock.Armed == 1, Limit)).Should().BeTrue();
}
