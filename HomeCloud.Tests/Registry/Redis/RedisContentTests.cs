using System.Collections.Concurrent;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A registry too large for one answer is read in parts, and is the registry of one revision all the same.</summary>
[Trait("Category", "Slow")]
public sealed class RedisContentTests
{
    private const string Owner = "a";
    private const int Names = 4000;
    private const int Atomic = 250;

    private static readonly RegistryOptions Options = new() { RedisTimeout = TimeSpan.FromSeconds(10) };
    private static readonly RedisKeys Keys = new(Options.RedisPrefix);

    [Fact(Timeout = 120_000)]
    public async Task What_changes_while_the_parts_are_read_is_in_the_result_up_to_its_revision_and_no_further()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var writing = await OpenAsync(redis);
        await using var reading = await OpenAsync(redis);
        var commands = new RedisCommands(Keys, Options, TimeProvider.System);
        var content = new RedisContent(commands, Keys, NullLogger.Instance);
        var expected = new Dictionary<string, NameRecord>();
        foreach (var some in Many(Owner, Names).Chunk(Atomic))
        {
            await commands.ApplyAsync(writing, Owner, [.. some.Select(RecordChange.Put)]);
            foreach (var record in some)
                expected[record.Name] = record;
        }

        var written = new ConcurrentQueue<(long Revision, RecordChange Change)>();
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var change = i % 3 == 0
                    ? RecordChange.Remove(new RecordKey(Owner, $"{Owner}-{i * 7 % Names}"))
                    : RecordChange.Put(Record(Owner, $"{Owner}-{i * 11 % (Names + 500)}", $"10.99.{i / 256 % 256}.{i % 256}"));
                written.Enqueue((await commands.ApplyAsync(writing, Owner, [change]), change));
            }
        });

        var changed = 0;
        for (var reads = 0; reads < 5 || changed == 0; reads++)
        {
            var before = written.Count;
            var (records, meta) = await content.ReadAsync(reading);
            changed += written.Count - before;
            await Deadline.UntilAsync(() => written.LastOrDefault().Revision > meta.Revision, "a later write");
            while (written.TryPeek(out var next) && next.Revision <= meta.Revision && written.TryDequeue(out _))
                Apply(expected, next.Change);
            records.Values.ToDictionary(record => record.Name).Should().Equal(expected);
        }

        await stop.CancelAsync();
        await writer;
    }

    private static void Apply(Dictionary<string, NameRecord> records, RecordChange change)
    {
        if (change.Record is { } record)
            records[record.Name] = record;
        else
            records.Remove(change.Key.Name);
    }

    private static async Task<RedisConnection> OpenAsync(RedisServer redis)
    {
        var connector = new RedisConnector(new RegistryOptions { Redis = redis.Address, RedisTimeout = Options.RedisTimeout });
        return await RedisConnection.OpenAsync(connector.Endpoints[0], connector, CancellationToken.None);
    }
}
