using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>Connections to Redis that fall silent or break without Redis itself being away.</summary>
[Trait("Category", "Slow")]
public sealed class RedisSilenceTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 120_000;

    private readonly TemporaryDirectory _directory = new();
    private RedisServer _redis = null!;
    private SilentProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _proxy = new SilentProxy(_redis.Port);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _redis.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Flows_that_a_router_forgot_are_noticed_within_seconds_and_a_write_goes_over_a_new_one()
    {
        await using var agent = Open("agent", TimeSpan.FromMilliseconds(200), timeout: TimeSpan.FromSeconds(3));
        await agent.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        _proxy.Forget().Should().BeGreaterThan(0);

        await agent.ReplaceAsync("a", [Record("a", "x", "10.0.0.2")]);

        _redis.Cli("HGET", "{homecloud}:names", "x@a").Should().Contain("10.0.0.2");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_silent_connection_for_messages_is_replaced_long_before_the_next_poll()
    {
        await using var reader = Open("reader", TimeSpan.FromMinutes(1), timeout: TimeSpan.FromSeconds(1));
        await Deadline.UntilAsync(() => reader.Health.Connected, "connected");
        await using var writer = OpenDirectly();
        var since = reader.Health.Since;
        _proxy.Forget("homecloud}:wake").Should().BeGreaterThan(0);

        await writer.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);

        await reader.FollowUntilAsync(s => s.Records.Count == 1);
        reader.Health.Since.Should().Be(since, "nothing was wrong with the connection for commands");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_broken_connection_for_messages_does_not_take_the_other_with_it()
    {
        await using var reader = Open("reader", TimeSpan.FromMinutes(1), timeout: TimeSpan.FromSeconds(5));
        await Deadline.UntilAsync(() => reader.Health.Connected, "connected");
        await using var writer = OpenDirectly();
        await writer.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        await reader.FollowUntilAsync(s => s.Records.Count == 1);
        var since = reader.Health.Since;
        _redis.Cli("CLIENT", "KILL", "TYPE", "pubsub");

        await writer.ReplaceAsync("a", [.. Many("a", 2)]);

        await reader.FollowUntilAsync(s => s.Records.Count == 2);
        reader.Health.Since.Should().Be(since);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_redis_that_forgot_its_scripts_is_told_them_again()
    {
        await using var agent = Open("agent", TimeSpan.FromMilliseconds(100), timeout: TimeSpan.FromSeconds(5));
        await agent.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        var since = agent.Health.Since;
        _redis.Cli("SCRIPT", "FLUSH");
        await agent.ReplaceAsync("a", [Record("a", "x", "10.0.0.2")]);
        _redis.Cli("HGET", "{homecloud}:names", "x@a").Should().Contain("10.0.0.2");
        agent.Health.Since.Should().Be(since);
    }

    private RedisRegistry OpenDirectly() => Open("writer", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), _redis.Address);

    private RedisRegistry Open(string name, TimeSpan poll, TimeSpan timeout, string? address = null) => new(
        new RegistryOptions { DataDirectory = _directory.Path, FileName = name, Redis = address ?? _proxy.Address, RedisPollInterval = poll, RedisTimeout = timeout },
        new CollectedLog<RedisRegistry>());
}
