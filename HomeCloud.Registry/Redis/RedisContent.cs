using System.Collections.Immutable;
using System.Text;
using HomeCloud.Registry.Feed;
using HomeCloud.Registry.Storage;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// Reads everything at one moment. A home's names come in one transaction. A large registry comes in parts, each decoded
/// while the next is under way: the client reads a long array again with every packet until it is complete, and Redis serves
/// nobody else while it makes one. What changes meanwhile stands in the change log, which brings all parts to one revision.
/// </summary>
/// <param name="commands">Reads the change log.</param>
/// <param name="keys">Where the names are.</param>
/// <param name="logger">Hears of records that cannot be read.</param>
internal sealed partial class RedisContent(RedisCommands commands, RedisKeys keys, ILogger logger)
{
    private const int LargeFrom = 2000;
    // Some 60 KiB: a longer string counts as a large object, and those make the garbage collector walk everything, each few megabytes.
    private const int PartLength = 200;
    private const int StepsAtOnce = 1000;
    private const int Attempts = 3;

    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public async Task<(ImmutableDictionary<RecordKey, NameRecord> Records, RedisMeta Meta)> ReadAsync(RedisConnection connection)
    {
        for (var attempt = 0; attempt < Attempts && await connection.CountAsync(keys.Names).ConfigureAwait(false) >= LargeFrom; attempt++)
        {
            if (await ReadPartsAsync(connection).ConfigureAwait(false) is { } content)
                return content;
        }

        var (names, meta) = await connection.ReadAllAsync(keys.Names, keys.Meta).ConfigureAwait(false);
        var records = new NameRecord?[names.Length];
        Parallel.For(0, names.Length, i => records[i] = Decode((byte[])names[i].Name!, (byte[])names[i].Value!));
        return (ImmutableDictionary.CreateRange(records.OfType<NameRecord>().Select(record => KeyValuePair.Create(record.Key, record))), RedisMeta.From(meta));
    }

    /// <returns>Null when the change log does not lead from the beginning to the end: too much happened at once.</returns>
    private async Task<(ImmutableDictionary<RecordKey, NameRecord> Records, RedisMeta Meta)?> ReadPartsAsync(RedisConnection connection)
    {
        var start = RedisMeta.From(await connection.ReadHashAsync(keys.Meta).ConfigureAwait(false));
        var records = ImmutableDictionary.CreateBuilder<RecordKey, NameRecord>();
        var decoding = Task.FromResult(new List<NameRecord>());
        var reading = commands.ReadPartAsync(connection, "0", PartLength);
        for (var more = true; more;)
        {
            var (cursor, part) = await reading.ConfigureAwait(false);
            more = cursor != "0";
            if (more)
                reading = commands.ReadPartAsync(connection, cursor, PartLength);
            // Three at once: Redis has the next part, a thread of the pool decodes this one, and this one takes in the one before.
            var decoded = await decoding.ConfigureAwait(false);
            decoding = Task.Run(() => Decode(part));
            foreach (var record in decoded)
                records[record.Key] = record;
        }

        foreach (var record in await decoding.ConfigureAwait(false))
            records[record.Key] = record;

        var (revision, tip) = (start.Revision, start.Tip);
        while (true)
        {
            var reply = await commands.FollowAsync(connection, revision, tip, StepsAtOnce).ConfigureAwait(false);
            if (reply.IsGap || reply.Meta.Epoch != start.Epoch)
                return null;
            if (reply.Problem is { } problem)
                LogSkipped(logger, problem);
            records.Take(reply.Steps);
            (revision, tip) = (reply.Revision, reply.Tip);
            if (tip == reply.Meta.Tip)
                return (records.ToImmutable(), reply.Meta with { Revision = revision });
        }
    }

    private List<NameRecord> Decode(byte[] part)
    {
        var records = new List<NameRecord>(PartLength);
        ReadOnlySpan<byte> left = part;
        while (!left.IsEmpty)
        {
            var field = Next(ref left);
            if (Decode(field, Next(ref left)) is { } record)
                records.Add(record);
        }

        return records;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> left)
    {
        var end = left.IndexOf((byte)0);
        var next = end < 0 ? left : left[..end];
        left = end < 0 ? [] : left[(end + 1)..];
        return next;
    }

    private NameRecord? Decode(ReadOnlySpan<byte> field, ReadOnlySpan<byte> json)
    {
        var record = RecordJson.Read(json, out var problem);
        if (record is not null && !IsKeyOf(field, record))
            problem = $"it holds '{record.Name}' of '{record.Owner}'.";
        if (problem is null)
            return record;
        LogSkipped(logger, $"{Encoding.UTF8.GetString(field)}: {problem}");
        return null;
    }

    /// <summary>One that stands in another's field would be there twice, or instead of the other.</summary>
    private static bool IsKeyOf(ReadOnlySpan<byte> field, NameRecord record) =>
        field.Length == record.Name.Length + 1 + record.Owner.Length
        && Ascii.Equals(field[..record.Name.Length], record.Name)
        && field[record.Name.Length] == (byte)'@'
        && Ascii.Equals(field[(record.Name.Length + 1)..], record.Owner);

    [LoggerMessage(LogLevel.Warning, "Redis: ignored a record: {Problem}")]
    public static partial void LogSkipped(ILogger logger, string problem);
}
