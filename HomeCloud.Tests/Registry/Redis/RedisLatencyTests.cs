using System.Diagnostics;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

[Trait("Category", "Slow")]
public sealed class RedisLatencyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task A_change_reaches_a_reader_within_milliseconds_long_before_the_poll()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var writer = Open(redis, "writer", TimeSpan.FromMinutes(1));
        await using var woken = Open(redis, "woken", TimeSpan.FromMinutes(1));
        await using var updates = woken.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        await Deadline.UntilAsync(() => woken.Health.Connected && writer.Health.Connected, "connected");

        var taken = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var write = writer.ReplaceAsync("a", [Record("a", "x", $"10.0.0.{i}")]);
            while (!(updates.Current.Snapshot.Records.TryGetValue(new("a", "x"), out var record) && record.Addresses[0].GetAddressBytes()[3] == i))
                await updates.MoveNextAsync();
            taken.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await write;
        }

        taken.Order().ElementAt(100).Should().BeLessThan(20, "the median, on a machine that does other things too");
    }

    private RedisRegistry Open(RedisServer redis, string name, TimeSpan poll) => new(
        new RegistryOptions { DataDirectory = _directory.Path, FileName = name, Redis = redis.Address, RedisPollInterval = poll, RedisTimeout = TimeSpan.FromSeconds(5) },
        NullLogger<RedisRegistry>.Instance);
}
