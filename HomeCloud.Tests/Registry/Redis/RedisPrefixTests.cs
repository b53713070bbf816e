using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>Two homes on one Redis, each with a prefix of its own.</summary>
[Trait("Category", "Slow")]
public sealed class RedisPrefixTests : IDisposable
{
    private const int TestTimeout = 120_000;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Homes_with_different_prefixes_do_not_see_each_other()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var town = Open(redis, "town");
        await using var lake = Open(redis, "lake.house-2");

        // The same owner with the same names, and static names, in both.
        await town.ReplaceAsync("server1", [Record("server1", "airplay", "192.168.1.50"), Record("server1", "web", "192.168.1.51")]);
        await lake.ReplaceAsync("server1", [Record("server1", "airplay", "10.0.0.50")]);
        await town.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "192.168.1.20"))]);
        await town.RenewLeaseAsync("server1", TimeSpan.FromMinutes(1));
        await town.RenewLeaseAsync("only-in-town", TimeSpan.FromMinutes(1));
        await lake.RenewLeaseAsync("server1", TimeSpan.FromMinutes(1));
        await town.FollowUntilAsync(s => s.Records.Count == 3 && s.Owners.Count == 2);
        var there = await lake.FollowUntilAsync(s => s.Records.Count == 1 && s.Owners.Count == 1);
        there.Records[new RecordKey("server1", "airplay")].Addresses.Should().Equal(System.Net.IPAddress.Parse("10.0.0.50"));

        // What one takes away stays in the other.
        await town.ReplaceAsync("server1", []);
        await lake.ApplyAsync("server1", [RecordChange.Put(Record("server1", "boat", "10.0.0.51"))]);
        (await lake.FollowUntilAsync(s => s.Records.Count > 1)).Records.Keys.Should().BeEquivalentTo([new RecordKey("server1", "airplay"), new RecordKey("server1", "boat")]);
        (await town.FollowUntilAsync(s => s.Records.Count < 3)).Records.Keys.Should().BeEquivalentTo([new RecordKey(WellKnownOwners.Static, "nas")]);

        // One is emptied: its agent puts back what it has; the other goes on in its epoch.
        var keys = redis.Cli("--raw", "KEYS", "*").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        keys.Should().OnlyContain(key => key.StartsWith("{town}:") || key.StartsWith("{lake.house-2}:"));
        var epoch = redis.Cli("HGET", "{town}:meta", "epoch");
        redis.Cli(["DEL", .. keys.Where(key => key.StartsWith("{lake.house-2}:", StringComparison.Ordinal))]);
        await Deadline.UntilAsync(() => redis.Cli("HLEN", "{lake.house-2}:names").Trim() == "2", "the lake house is put back");
        redis.Cli("HGET", "{town}:meta", "epoch").Should().Be(epoch);
        redis.Cli("--raw", "HKEYS", "{town}:names").Trim().Should().Be("nas@static");
        town.Current.Records.Should().ContainSingle();
    }

    private RedisRegistry Open(RedisServer redis, string prefix)
    {
        var options = new RegistryOptions
        {
            Redis = redis.Address,
            RedisPrefix = prefix,
            RedisPollInterval = TimeSpan.FromMilliseconds(100),
            RedisTimeout = TimeSpan.FromSeconds(10),
            DataDirectory = _directory.Path,
            FileName = $"{prefix}.json",
        };
        options.Validate().Should().BeEmpty();
        return new RedisRegistry(options, new CollectedLog<RedisRegistry>());
    }
}
