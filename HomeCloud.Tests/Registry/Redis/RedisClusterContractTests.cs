namespace HomeCloud.Tests.Registry.Redis;

/// <summary>The same contract against Redis Cluster, which refuses any script whose keys are not all in one slot.</summary>
[Trait("Category", "Slow")]
public sealed class RedisClusterContractTests : RedisRegistryContractTests
{
    private protected override async Task<RedisServer> StartRedisAsync()
    {
        var server = await RedisServer.StartAsync("--cluster-enabled", "yes");
        server.Cli("CLUSTER", "ADDSLOTSRANGE", "0", "16383").Trim().Should().Be("OK");
        await Deadline.UntilAsync(() => server.Cli("CLUSTER", "INFO").Contains("cluster_state:ok", StringComparison.Ordinal), "the cluster is well");
        return server;
    }
}
