using System.Globalization;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A primary, a replica, and three Sentinels that promote it: real ones.</summary>
[Trait("Category", "Slow")]
public sealed class RedisSentinelTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 180_000;
    private const string Service = "home";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RedisRegistry> _opened = [];
    private readonly List<RedisServer> _sentinels = [];
    private RedisServer _first = null!;
    private RedisServer _second = null!;

    private string Sentinels => $"sentinel://{string.Join(',', _sentinels.Select(sentinel => sentinel.Address))}/{Service}";

    public async Task InitializeAsync()
    {
        _first = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        _second = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {_first.Port}");
        await Deadline.UntilAsync(() => _second.Cli("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows");
        // Two that each vote for themselves elect nobody, and try again after twice the failover timeout.
        string[] settings =
        [
            $"sentinel monitor {Service} 127.0.0.1 {_first.Port.ToString(CultureInfo.InvariantCulture)} 2",
            $"sentinel down-after-milliseconds {Service} 2000",
            $"sentinel failover-timeout {Service} 3000",
        ];
        for (var i = 0; i < 3; i++)
            _sentinels.Add(await RedisServer.StartSentinelAsync(settings));
        await Deadline.UntilAsync(() => _sentinels.All(KnowsAll), "the Sentinels found the replica and each other");
    }

    public async Task DisposeAsync()
    {
        foreach (var registry in _opened)
            await registry.DisposeAsync();
        foreach (var server in _sentinels.Append(_first).Append(_second))
            await server.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Agents_and_readers_follow_the_primary_that_the_sentinels_name()
    {
        var agent = Open(Sentinels);
        await agent.RenewLeaseAsync("a", TimeSpan.FromMinutes(5));
        await agent.ReplaceAsync("a", [.. Many("a", 20)]);
        await agent.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "192.168.1.20"))]);
        agent.Health.Detail.Should().Contain(_first.Address);
        var reader = Open(Sentinels);
        await reader.FollowUntilAsync(s => s.Records.Count == 21);
        await Deadline.UntilAsync(() => _second.Cli("HLEN", "{homecloud}:names").Trim() == "21", "replicated");
        using var probe = new FlapProbe(reader, 21);

        await _first.KillAsync();
        await _sentinels[0].KillAsync(); // one of three may be away too
        await Deadline.UntilAsync(() => agent.Health.Connected && agent.Health.Detail.Contains(_second.Address, StringComparison.Ordinal), "the promoted replica");
        await agent.ApplyAsync("a", [RecordChange.Put(Record("a", "after-failover", "10.0.0.99"))]);
        await reader.FollowUntilAsync(s => s.Records.Count == 22);

        // The old one comes back with its old data, and a newcomer is not led to it.
        await _first.StartAsync();
        var newcomer = Open(Sentinels);
        await newcomer.FollowUntilAsync(s => s.Records.Count == 22);
        newcomer.Health.Detail.Should().Contain(_second.Address);
        await probe.StopAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_name_that_the_sentinels_do_not_know_and_sentinels_that_are_away_are_said()
    {
        var wrong = Open(Sentinels.Replace("/" + Service, "/elsewhere", StringComparison.Ordinal));
        await Deadline.UntilAsync(() => wrong.Health.Detail.Contains("'elsewhere'", StringComparison.Ordinal), "the name is said");
        var away = Open("sentinel://127.0.0.1:1/home");
        await Deadline.UntilAsync(() => away.Health.Detail.Contains("Sentinel", StringComparison.Ordinal) && away.Health.Detail.Contains("127.0.0.1:1", StringComparison.Ordinal), "the address is said");
    }

    private static bool KnowsAll(RedisServer sentinel)
    {
        var state = sentinel.Cli("INFO", "sentinel");
        return state.Contains("slaves=1", StringComparison.Ordinal) && state.Contains("sentinels=3", StringComparison.Ordinal);
    }

    private RedisRegistry Open(string redis)
    {
        var options = new RegistryOptions
        {
            DataDirectory = _directory.Path,
            FileName = $"names.{_opened.Count}.json",
            Redis = redis,
            RedisTimeout = TimeSpan.FromSeconds(5),
            RedisPollInterval = TimeSpan.FromMilliseconds(100),
        };
        options.Validate().Should().BeEmpty();
        var registry = new RedisRegistry(options, new CollectedLog<RedisRegistry>());
        _opened.Add(registry);
        return registry;
    }
}
