using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Dns.Clocks;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A Redis whose clock steps, as on a board without a battery: nobody who lives loses a name, and the dead stay dead.</summary>
[Trait("Category", "Slow")]
public sealed class RedisClockTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 180_000;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RedisRegistry> _opened = [];
    private RedisServer _redis = null!;
    private SteeredClocks _clock = null!;

    public async Task InitializeAsync()
    {
        _clock = await SteeredClocks.CreateAsync(_directory.Path);
        _redis = RedisServer.WithClock(_clock, "--appendonly", "yes", "--appendfsync", "always");
        await _redis.StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var registry in _opened)
            await registry.DisposeAsync();
        await _redis.DisposeAsync();
        _clock.Dispose();
    }

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = TestTimeout)]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task A_step_takes_no_name_from_an_owner_that_renewed_before_and_after(int days)
    {
        var (a, b) = (Open(), Open());
        await StartAsync(a, "a");
        await StartAsync(b, "b");
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Records.Count == 6 && s.Owners.Count == 2);
        using var probe = new FlapProbe(reader, 6);

        _clock.SetWall(TimeSpan.FromDays(days));
        for (var i = 0; i < 3; i++)
            await a.RenewLeaseAsync("a", Lease);
        await b.RenewLeaseAsync("b", Lease);
        await a.ReplaceAsync("a", [.. Many("a", 4)]);
        await reader.FollowUntilAsync(s => s.Records.Count == 7);
        _clock.SetWall(TimeSpan.FromDays(-days));
        for (var i = 0; i < 3; i++)
            await b.RenewLeaseAsync("b", Lease);
        await a.RenewLeaseAsync("a", Lease);
        await b.ReplaceAsync("b", [.. Many("b", 4)]);
        await reader.FollowUntilAsync(s => s.Records.Count == 8);

        _redis.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("8");
        await probe.StopAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Nobody_is_dropped_for_a_time_in_which_redis_was_away()
    {
        var (a, b) = (Open(), Open());
        await StartAsync(a, "a");
        await StartAsync(b, "b");
        await b.DisposeAsync(); // it comes back a little later than the other
        await _redis.KillAsync();
        _clock.SetWall(TimeSpan.FromDays(8));
        await _redis.StartAsync();

        await Deadline.UntilAsync(() => a.Health.Connected, "connected again");
        for (var i = 0; i < 3; i++)
            await a.RenewLeaseAsync("a", Lease);
        _redis.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("6");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_replica_on_a_host_with_another_clock_is_promoted_and_nobody_is_dropped()
    {
        using var elsewhere = new TemporaryDirectory();
        using var ahead = await SteeredClocks.CreateAsync(elsewhere.Path);
        ahead.SetWall(TimeSpan.FromDays(30));
        await using var replica = RedisServer.WithClock(ahead, "--replicaof", $"127.0.0.1 {_redis.Port}");
        await replica.StartAsync();
        var both = $"{_redis.Address},{replica.Address}";
        var (a, b) = (Open(redis: both), Open(redis: both));
        await StartAsync(a, "a");
        await StartAsync(b, "b");
        var reader = Open(redis: both);
        await reader.FollowUntilAsync(s => s.Records.Count == 6 && s.Owners.Count == 2);
        await Deadline.UntilAsync(() => replica.Cli("ZCARD", "{homecloud}:leases").Trim() == "2" && replica.Cli("HLEN", "{homecloud}:names").Trim() == "6", "replicated");
        using var probe = new FlapProbe(reader, 6);
        await b.DisposeAsync(); // it comes back a little later than the other

        await _redis.KillAsync();
        replica.Cli("REPLICAOF", "NO", "ONE");
        await Deadline.UntilAsync(() => a.Health.Connected && a.Health.Detail.Contains(replica.Address, StringComparison.Ordinal), "the promoted replica is found");
        for (var i = 0; i < 3; i++)
            await a.RenewLeaseAsync("a", Lease);
        replica.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("6");
        var again = Open(redis: both);
        await again.RenewLeaseAsync("b", Lease);
        await again.ReplaceAsync("b", [.. Many("b", 4)]);

        await reader.FollowUntilAsync(s => s.Records.Count == 7);
        replica.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("7");
        await probe.StopAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_owner_that_is_gone_is_seen_to_be_dead_though_the_clock_steps_back()
    {
        var gone = Open();
        await gone.ReplaceAsync("gone", [.. Many("gone", 3)]);
        await gone.RenewLeaseAsync("gone", TimeSpan.FromSeconds(2));
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Owners.ContainsKey("gone"));
        await gone.DisposeAsync();

        _clock.SetWall(TimeSpan.FromDays(-2));

        (await reader.FollowUntilAsync(s => !s.IsAlive("gone"))).Records.Should().HaveCount(3);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_owner_that_was_seen_dead_for_long_enough_is_dropped_whatever_the_clock_did()
    {
        var gone = Open();
        await gone.ReplaceAsync("gone", [.. Many("gone", 3)]);
        await gone.RenewLeaseAsync("gone", TimeSpan.FromMilliseconds(10));
        await gone.DisposeAsync();
        var living = Open(drop: TimeSpan.FromSeconds(1));
        await StartAsync(living, "living");
        _clock.SetWall(TimeSpan.FromDays(30));

        await Deadline.UntilAsync(
            () =>
            {
                living.RenewLeaseAsync("living", Lease).GetAwaiter().GetResult();
                return living.Current.Records.Count == 3;
            },
            "renewals clear up after the dead");
    }

    private static async Task StartAsync(RedisRegistry agent, string owner)
    {
        await agent.RenewLeaseAsync(owner, Lease);
        await agent.ReplaceAsync(owner, [.. Many(owner, 3)]);
    }

    private RedisRegistry Open(TimeSpan? drop = null, string? redis = null)
    {
        var registry = new RedisRegistry(
            new RegistryOptions
            {
                DataDirectory = _directory.Path,
                FileName = $"names.{_opened.Count}.json",
                Redis = redis ?? _redis.Address,
                RedisTimeout = TimeSpan.FromSeconds(10),
                RedisPollInterval = TimeSpan.FromMilliseconds(100),
                DropAfter = drop ?? TimeSpan.FromDays(7),
            },
            new CollectedLog<RedisRegistry>());
        _opened.Add(registry);
        return registry;
    }
}
