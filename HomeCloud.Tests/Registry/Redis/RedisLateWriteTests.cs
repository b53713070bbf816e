using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using StackExchange.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A write that timed out may still reach Redis: once, twice, or after a later one. It then changes nothing.</summary>
[Trait("Category", "Slow")]
public sealed class RedisLateWriteTests : IAsyncLifetime
{
    private const int TestTimeout = 120_000;
    private static readonly RegistryOptions Options = new() { RedisTimeout = TimeSpan.FromSeconds(10) };
    private static readonly RedisKeys Keys = new(Options.RedisPrefix);
    private static readonly NameRecord First = Record(WellKnownOwners.Static, "nas", "10.0.0.1");
    private static readonly NameRecord Second = Record(WellKnownOwners.Static, "nas", "10.0.0.2");

    private RedisServer _redis = null!;
    private RedisConnection _connection = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        var connector = new RedisConnector(new RegistryOptions { Redis = _redis.Address, RedisTimeout = Options.RedisTimeout });
        _connection = await RedisConnection.OpenAsync(connector.Endpoints[0], connector, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_set_that_comes_after_a_later_one_or_twice_changes_nothing()
    {
        await SetAsync(number: 1, "old");
        await SetAsync(number: 3, "new");
        await SetAsync(number: 2, "between");
        await SetAsync(number: 3, "twice");
        _redis.Cli("--raw", "HKEYS", "{homecloud}:names").Trim().Should().Be("new@a");
        await SetAsync(number: 4, "newest");
        _redis.Cli("--raw", "HKEYS", "{homecloud}:names").Trim().Should().Be("newest@a");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Changes_that_come_after_a_later_set_change_nothing_but_none_is_lost_beside_other_changes()
    {
        await SetAsync(number: 1, "set");
        await ChangeAsync(number: 4, "put second");
        await ChangeAsync(number: 3, "put first");
        _redis.Cli("--raw", "HKEYS", "{homecloud}:names").Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo("set@a", "first@a", "second@a");
        await SetAsync(number: 5, "later");
        await ChangeAsync(number: 2, "put late");
        _redis.Cli("--raw", "HKEYS", "{homecloud}:names").Trim().Should().Be("later@a");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_static_name_that_another_agent_wrote_since_is_not_written_over_by_one_that_comes_late()
    {
        var (one, other) = (NewCommands(), NewCommands());
        var before = await one.ApplyStaticAsync(_connection, [RecordChange.Put(First)]);
        await other.ApplyStaticAsync(_connection, [RecordChange.Put(Second)]);

        var late = await _connection.EvaluateAsync(RedisScripts.ApplyStatic, Keys.All, Arguments("static", before - 1, 0, "put nas", "{}"));
        ((string?)((RedisResult[])late!)[0]).Should().Be("again");
        Nas().Should().Contain("10.0.0.2");

        // Who is still there asks again, and so has the last word.
        await one.ApplyStaticAsync(_connection, [RecordChange.Put(First)]);
        Nas().Should().Contain("10.0.0.1");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Writes_that_a_redis_may_have_lost_end_as_they_were_made_in_whatever_order_they_come_again()
    {
        var (one, other) = (NewCommands(), NewCommands());
        var first = await one.ApplyStaticAsync(_connection, [RecordChange.Put(First)]);
        var second = await other.ApplyStaticAsync(_connection, [RecordChange.Put(Second)]);
        var removed = await other.ApplyStaticAsync(_connection, [RecordChange.Remove(new RecordKey(WellKnownOwners.Static, "tv"))]);
        _redis.Cli("FLUSHALL");

        await other.WriteAgainAsync(_connection, [RecordChange.Put(Second)], second);
        await one.WriteAgainAsync(_connection, [RecordChange.Put(First)], first);
        Nas().Should().Contain("10.0.0.2");
        removed.Should().BeGreaterThanOrEqualTo(second);

        // And what is written from then on counts as later than all of them.
        await one.ApplyStaticAsync(_connection, [RecordChange.Put(First)]);
        await other.WriteAgainAsync(_connection, [RecordChange.Put(Second)], second);
        Nas().Should().Contain("10.0.0.1");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Renewals_and_what_frees_memory_pass_when_redis_is_full()
    {
        var commands = NewCommands();
        await commands.ReplaceAsync(_connection, "a", [.. Many("a", 10)]);
        _redis.Cli("CONFIG", "SET", "maxmemory", "1").Trim().Should().Be("OK");

        var put = () => commands.ReplaceAsync(_connection, "a", [.. Many("a", 20)]);
        (await put.Should().ThrowAsync<RegistryUnavailableException>()).WithMessage("*OOM*");
        _redis.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("10", "all of a write or nothing");
        await commands.RenewAsync(_connection, "a", TimeSpan.FromMinutes(1));
        await commands.ReplaceAsync(_connection, "a", [.. Many("a", 5)]);
        _redis.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("5");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_renewal_that_comes_twice_or_late_counts_no_time_twice()
    {
        await RenewAsync(sent: 1_000);
        await RenewAsync(sent: 11_000);
        await RenewAsync(sent: 11_000);
        await RenewAsync(sent: 5_000);
        _redis.Cli("HGET", "{homecloud}:meta", "lived").Trim().Should().Be("10000");
        await RenewAsync(sent: 900_000);
        _redis.Cli("HGET", "{homecloud}:meta", "lived").Trim().Should().Be("40000", "no more than a lease in which nobody was heard of");
    }

    private static RedisCommands NewCommands() => new(Keys, Options, TimeProvider.System);

    private string Nas() => _redis.Cli("HGET", "{homecloud}:names", "nas@static");

    private Task SetAsync(long number, string name) =>
        _connection.EvaluateAsync(RedisScripts.Replace, Keys.All, Arguments("a", 0, number, name, "{}"));

    private Task ChangeAsync(long number, string step) =>
        _connection.EvaluateAsync(RedisScripts.Apply, Keys.All, Arguments("a", 0, number, step, "{}"));

    private Task RenewAsync(long sent) =>
        _connection.EvaluateAsync(RedisScripts.Renew, Keys.All, Arguments("a", 0, sent, "604800000"));

    private RedisValue[] Arguments(string owner, long revision, long number, params string[] more) =>
    [
        "token", owner, Keys.Wake, 100, Keys.OwnedPrefix, _connection.Info.RunId, 30_000, "session", number, revision, "on place machine", .. more.Select(value => (RedisValue)value),
    ];
}
