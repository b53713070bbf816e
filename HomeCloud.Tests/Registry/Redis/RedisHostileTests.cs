using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>One machine of a shared home writes what no agent would: that costs the others no name and no change.</summary>
[Trait("Category", "Slow")]
public sealed class RedisHostileTests : IDisposable
{
    private const int TestTimeout = 120_000;
    private const string Names = "{homecloud}:names";

    /// <summary>Field and value, as Lua's strings: \255 is an octet that begins no UTF-8.</summary>
    private static readonly (string Field, string Json)[] Odd =
    [
        ("copy@a", """{"name":"x","owner":"a","addresses":["203.0.113.6"]}"""),
        ("x@other", """{"name":"x","owner":"a","addresses":["203.0.113.7"]}"""),
        ("half@evil", """{"name":"half","owner":"evil","explanation":"\\ud800"}"""),
        ("octet@evil", """{"name":"octet","owner":"evil","explanation":"\255"}"""),
        ("\\255@evil", """{"name":"field","owner":"evil"}"""),
        ("", ""),
        ("zero@evil", """{"name":"zero","owner":"evil","explanation":"\0"}"""),
        ("\\0", "\\0\\0\\0"),
        ("null@evil", "null"),
        ("deep@evil", new string('[', 100_000)),
        ("deeper@evil", $$"""{"unknown":{{new string('[', 1000)}}{{new string(']', 1000)}},"name":"deeper","owner":"evil"}"""),
        ("control@evil", """{"name":"control","owner":"evil","attributes":{"\\u001b]0;x\\u0007":"\\u0000"}}"""),
    ];

    private readonly TemporaryDirectory _directory = new();
    private readonly CollectedLog<RedisRegistry> _log = new();

    public void Dispose() => _directory.Dispose();

    /// <param name="more">Names of the others; from 2,000 on a registry is read in parts.</param>
    [Theory(Timeout = TestTimeout)]
    [InlineData(0)]
    [InlineData(2500)]
    public async Task Odd_records_cost_nobody_but_themselves(int more)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var agent = Open(redis);
        await agent.RenewLeaseAsync("a", TimeSpan.FromMinutes(1));
        await agent.ReplaceAsync("a", [Record("a", "x", "10.0.0.1"), Record("a", "y", "10.0.0.2"), .. Many("a", more)]);

        foreach (var (field, json) in Odd)
            redis.Cli("EVAL", $"return redis.call('HSET', KEYS[1], '{field}', '{json}')", "1", Names).Should().Be("1\n");
        redis.Cli("ZADD", "{homecloud}:leases", "+inf", "evil");
        redis.Cli("HSET", "{homecloud}:sessions", "renew evil", "a b c 99999999999999999999", "hold evil", "\n", "rival evil", "x");

        await using var late = Open(redis);
        await FollowAsync(late, s => s.Records.Count >= 2 + more);
        Addresses(late).Should().Contain(["x@a 10.0.0.1", "y@a 10.0.0.2"]);
        await agent.ApplyAsync("a", [RecordChange.Put(Record("a", "z", "10.0.0.3"))]);
        await FollowAsync(late, s => s.Records.ContainsKey(new RecordKey("a", "z")));
        await FollowAsync(agent, s => s.Records.ContainsKey(new RecordKey("a", "z")));
    }

    /// <summary>The change log's items say whose they are.</summary>
    [Fact(Timeout = TestTimeout)]
    public async Task A_change_under_one_owner_changes_nothing_of_another()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var agent = Open(redis);
        await agent.RenewLeaseAsync("a", TimeSpan.FromMinutes(1));
        await agent.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        await FollowAsync(agent, s => s.Records.Count == 1);

        const string Forge = """
            local tip = redis.call('HGET', KEYS[2], 'tip')
            local revision = redis.call('HINCRBY', KEYS[2], 'revision', 1)
            redis.call('XADD', KEYS[1], string.format('%.0f-0', revision), 'owner', 'evil', 'after', tip, 'tip', 'forged',
                'put x', '{"name":"x","owner":"a","addresses":["203.0.113.6"]}', 'put w', '{"name":"w","owner":"evil"}')
            return redis.call('HSET', KEYS[2], 'tip', 'forged')
            """;
        redis.Cli("EVAL", Forge, "2", "{homecloud}:changes", "{homecloud}:meta").Should().Be("0\n");

        await FollowAsync(agent, s => s.Records.ContainsKey(new RecordKey("evil", "w")));
        Addresses(agent).Should().Contain("x@a 10.0.0.1");
    }

    private async Task FollowAsync(RedisRegistry reader, Func<RegistrySnapshot, bool> condition)
    {
        try
        {
            await reader.FollowUntilAsync(condition);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{string.Join(' ', Addresses(reader))}\n{string.Join('\n', _log.Messages.Distinct())}");
        }
    }

    private static IEnumerable<string> Addresses(RedisRegistry registry) =>
        registry.Current.Records.Values.Select(r => $"{r.Name}@{r.Owner} {string.Join(',', r.Addresses)}");

    private RedisRegistry Open(RedisServer redis) => new(
        new RegistryOptions { Redis = redis.Address, DataDirectory = _directory.Path, FileName = $"{Guid.NewGuid():N}.json", RedisTimeout = TimeSpan.FromSeconds(3) },
        _log);
}
