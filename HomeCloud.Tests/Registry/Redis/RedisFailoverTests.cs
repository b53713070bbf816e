using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A primary and a replica: the primary dies, the replica is promoted, the old primary comes back with old data.</summary>
[Trait("Category", "Slow")]
public sealed class RedisFailoverTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 180_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RedisRegistry> _opened = [];
    private RedisServer _first = null!;
    private RedisServer _second = null!;

    public async Task InitializeAsync()
    {
        _first = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        _second = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {_first.Port}");
        await Deadline.UntilAsync(() => _second.Cli("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows");
    }

    public async Task DisposeAsync()
    {
        foreach (var registry in _opened)
            await registry.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Agents_and_readers_go_on_with_the_promoted_replica_and_do_not_believe_the_old_primary_again()
    {
        var agent = Open();
        await agent.RenewLeaseAsync("a", TimeSpan.FromMinutes(5));
        await agent.ReplaceAsync("a", [.. Many("a", 20)]);
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Records.Count == 20);
        await ReplicatedAsync(20);
        using var probe = new FlapProbe(reader, 20);

        await _first.KillAsync();
        _second.Cli("REPLICAOF", "NO", "ONE");
        await Deadline.UntilAsync(() => agent.Health.Connected && agent.Health.Detail.Contains(_second.Address, StringComparison.Ordinal), "the agent found the new primary");
        await agent.ApplyAsync("a", [RecordChange.Put(Record("a", "after-failover", "10.0.0.99"))]);
        await reader.FollowUntilAsync(s => s.Records.Count == 21);

        // The old primary comes back, still thinking that it is one, with its old data. A newcomer sees both.
        await _first.StartAsync();
        _first.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("20");
        var newcomer = Open();
        await newcomer.FollowUntilAsync(s => s.Records.Count == 21);
        await Deadline.UntilAsync(() => newcomer.Health.Connected, "connected");
        newcomer.Health.Detail.Should().Contain(_second.Address);
        await probe.StopAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Somebody_left_on_the_old_side_of_a_partition_comes_over_when_it_heals()
    {
        var left = Open(_first.Address, _second.Address);
        var agent = Open(_first.Address, _second.Address);
        await agent.RenewLeaseAsync("a", TimeSpan.FromMinutes(5));
        await agent.ReplaceAsync("a", [.. Many("a", 5)]);
        await left.FollowUntilAsync(s => s.Records.Count == 5);
        await ReplicatedAsync(5);

        // The other side moved on: the replica was promoted and marked by a writer that came over.
        _second.Cli("REPLICAOF", "NO", "ONE");
        _second.Cli("HSET", "{homecloud}:meta", "term", "1");
        await Deadline.UntilAsync(() => left.Health.Detail.Contains(_second.Address, StringComparison.Ordinal), "it looks for a later primary now and then");
        await Deadline.UntilAsync(() => agent.Health.Detail.Contains(_second.Address, StringComparison.Ordinal), "so does a writer");
        await agent.ReplaceAsync("a", [.. Many("a", 6)]);
        await left.FollowUntilAsync(s => s.Records.Count == 6);
    }

    /// <summary>Chaos on Valkey found a reader that stayed on the wrong side.</summary>
    [Fact(Timeout = TestTimeout)]
    public async Task A_reader_leaves_a_primary_that_turns_into_a_replica()
    {
        var reader = Open();
        await Open(_first.Address).ReplaceAsync("a", [.. Many("a", 5)]);
        await reader.FollowUntilAsync(s => s.Records.Count == 5);
        await ReplicatedAsync(5);

        _second.Cli("REPLICAOF", "NO", "ONE");
        _first.Cli("REPLICAOF", "127.0.0.1", $"{_second.Port}");
        await Deadline.UntilAsync(() => reader.Health.Detail.Contains(_second.Address, StringComparison.Ordinal), "what a replica says may be old");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_primary_that_turns_into_a_replica_is_left()
    {
        var agent = Open();
        await agent.ReplaceAsync("a", [.. Many("a", 5)]);
        _second.Cli("REPLICAOF", "NO", "ONE");
        _first.Cli("REPLICAOF", "127.0.0.1", $"{_second.Port}");
        await agent.ReplaceAsync("a", [.. Many("a", 6)]);
        agent.Health.Detail.Should().Contain(_second.Address);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_static_name_that_the_promoted_replica_missed_is_written_again()
    {
        var agent = Open();
        await agent.ReplaceAsync("a", [.. Many("a", 5)]);
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Records.Count == 5);
        await ReplicatedAsync(5);
        _second.Cli("REPLICAOF", "NO", "ONE"); // from here on it misses what is written, as one that lags does
        await agent.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "192.168.1.20"))]);
        await _first.KillAsync();

        await Deadline.UntilAsync(() => _second.Cli("HLEN", "{homecloud}:names").Trim() == "6", "written again");
        (await reader.FollowUntilAsync(s => s.Records.Count == 6)).Records.Should().ContainKey(new RecordKey(WellKnownOwners.Static, "nas"));
    }

    private Task ReplicatedAsync(int names) =>
        Deadline.UntilAsync(() => _second.Cli("HLEN", "{homecloud}:names").Trim() == $"{names}", "replicated");

    private RedisRegistry Open(params string[] servers)
    {
        var registry = new RedisRegistry(
            new RegistryOptions
            {
                DataDirectory = _directory.Path,
                FileName = $"names.{_opened.Count}.json",
                Redis = servers.Length == 0 ? $"{_first.Address},{_second.Address}" : string.Join(',', servers),
                RedisTimeout = TimeSpan.FromSeconds(5),
                RedisPollInterval = TimeSpan.FromMilliseconds(100),
            },
            new CollectedLog<RedisRegistry>());
        _opened.Add(registry);
        return registry;
    }
}
