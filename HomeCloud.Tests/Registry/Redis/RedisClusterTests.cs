using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A cluster of three nodes: all we have is in one slot, and only the node that has it matters.</summary>
[Trait("Category", "Slow")]
public sealed class RedisClusterTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 180_000;
    private const int Slots = 16384;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RedisServer> _nodes = [];
    private readonly List<RedisRegistry> _opened = [];

    private string Slot => _nodes[0].Cli("CLUSTER", "KEYSLOT", "{homecloud}").Trim();

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
            _nodes.Add(await RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "30000"));
        for (var i = 0; i < 3; i++)
        {
            _nodes[i].Cli("CLUSTER", "ADDSLOTSRANGE", $"{Slots * i / 3}", $"{(Slots * (i + 1) / 3) - 1}").Trim().Should().Be("OK");
            _nodes[i].Cli("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}").Trim().Should().Be("OK");
        }

        foreach (var node in _nodes.Skip(1))
            _nodes[0].Cli("CLUSTER", "MEET", "127.0.0.1", $"{node.Port}").Trim().Should().Be("OK");
        await Deadline.UntilAsync(() => _nodes.All(node => node.Cli("CLUSTER", "INFO").Contains("cluster_state:ok", StringComparison.Ordinal)
            && node.Cli("CLUSTER", "INFO").Contains("cluster_slots_assigned:16384", StringComparison.Ordinal)), "the cluster is well");
    }

    public async Task DisposeAsync()
    {
        foreach (var registry in _opened)
            await registry.DisposeAsync();
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Any_nodes_may_be_named_and_one_that_has_nothing_of_ours_may_die()
    {
        var holder = Holder();
        var others = _nodes.Where(node => node != holder).ToArray();
        var agent = Open(others[0].Address);
        await agent.RenewLeaseAsync("a", TimeSpan.FromMinutes(5));
        await agent.ReplaceAsync("a", [.. Many("a", 20)]);
        holder.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("20");
        holder.Cli("--raw", "KEYS", "*").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Should().OnlyContain(key => _nodes[0].Cli("CLUSTER", "KEYSLOT", key).Trim() == Slot);
        var reader = Open(string.Join(',', _nodes.Select(node => node.Address)));
        await reader.FollowUntilAsync(s => s.Records.Count == 20);
        using var probe = new FlapProbe(reader, 20);
        await Deadline.UntilAsync(() => agent.Health.Connected && reader.Health.Connected, "connected");
        var since = (agent.Health.Since, reader.Health.Since);

        await others[1].KillAsync();
        await agent.ApplyAsync("a", [RecordChange.Put(Record("a", "after", "10.0.0.99"))]);
        await reader.FollowUntilAsync(s => s.Records.Count == 21);
        (agent.Health.Since, reader.Health.Since).Should().Be(since, "nothing was wrong with the node that has our slot");
        await probe.StopAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_slot_that_moves_to_another_node_takes_no_name_away()
    {
        var holder = Holder();
        var target = _nodes.First(node => node != holder);
        var agent = Open(holder.Address);
        await agent.RenewLeaseAsync("a", TimeSpan.FromMinutes(5));
        await agent.ReplaceAsync("a", [.. Many("a", 20)]);
        var reader = Open(holder.Address);
        await reader.FollowUntilAsync(s => s.Records.Count == 20);
        using var probe = new FlapProbe(reader, 20);

        // As `redis-cli --cluster reshard` does it, all keys in one step.
        var (from, to) = (holder.Cli("CLUSTER", "MYID").Trim(), target.Cli("CLUSTER", "MYID").Trim());
        target.Cli("CLUSTER", "SETSLOT", Slot, "IMPORTING", from);
        holder.Cli("CLUSTER", "SETSLOT", Slot, "MIGRATING", to);
        var keys = holder.Cli("--raw", "CLUSTER", "GETKEYSINSLOT", Slot, "100").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        holder.Cli(["MIGRATE", "127.0.0.1", $"{target.Port}", "", "0", "5000", "KEYS", .. keys]).Trim().Should().Be("OK");
        foreach (var node in new[] { target }.Concat(_nodes.Where(node => node != target)))
            node.Cli("CLUSTER", "SETSLOT", Slot, "NODE", to);

        await Deadline.UntilAsync(() => Written(agent), "a write reaches the node that has the slot now");
        await reader.FollowUntilAsync(s => s.Records.Count == 21);
        target.Cli("HLEN", "{homecloud}:names").Trim().Should().Be("21");
        await probe.StopAsync();
    }

    private static bool Written(RedisRegistry agent)
    {
        try
        {
            agent.ApplyAsync("a", [RecordChange.Put(Record("a", "after", "10.0.0.99"))]).GetAwaiter().GetResult();
            return true;
        }
        catch (RegistryUnavailableException)
        {
            return false;
        }
    }

    private RedisServer Holder() => _nodes[Math.Min(2, int.Parse(Slot, System.Globalization.CultureInfo.InvariantCulture) * 3 / Slots)];

    private RedisRegistry Open(string redis)
    {
        var registry = new RedisRegistry(
            new RegistryOptions
            {
                DataDirectory = _directory.Path,
                FileName = $"names.{_opened.Count}.json",
                Redis = redis,
                RedisTimeout = TimeSpan.FromSeconds(5),
                RedisPollInterval = TimeSpan.FromMilliseconds(100),
            },
            new CollectedLog<RedisRegistry>());
        _opened.Add(registry);
        return registry;
    }
}
