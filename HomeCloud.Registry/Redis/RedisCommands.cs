using System.Globalization;
using HomeCloud.Registry.Storage;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>The scripts with their arguments.</summary>
internal sealed class RedisCommands(RedisKeys keys, RegistryOptions options)
{
    // An owner that wrote before it ever renewed is believed for a minute, so that none stays for ever.
    private static readonly TimeSpan FirstLease = TimeSpan.FromMinutes(1);

    private readonly RedisKey[] _keys = keys.All;

    public async Task<long> ReplaceAsync(RedisConnection connection, string owner, IReadOnlyCollection<NameRecord> records)
    {
        var arguments = Arguments(connection, owner, FirstLease, 2 * records.Count);
        foreach (var record in records)
        {
            arguments.Add(record.Name);
            arguments.Add(RecordJson.Write(record));
        }

        return Revision(await connection.EvaluateAsync(RedisScripts.Replace, _keys, [.. arguments]).ConfigureAwait(false));
    }

    public async Task<long> ApplyAsync(RedisConnection connection, string owner, IReadOnlyCollection<RecordChange> changes)
    {
        var last = new Dictionary<string, NameRecord?>(changes.Count);
        foreach (var change in changes)
            last[change.Key.Name] = change.Record;

        var arguments = Arguments(connection, owner, FirstLease, 2 * last.Count);
        foreach (var (name, record) in last)
        {
            arguments.Add(record is null ? $"remove {name}" : $"put {name}");
            arguments.Add(record is null ? RedisValue.EmptyString : RecordJson.Write(record));
        }

        return Revision(await connection.EvaluateAsync(RedisScripts.Apply, _keys, [.. arguments]).ConfigureAwait(false));
    }

    public async Task RenewAsync(RedisConnection connection, string owner, TimeSpan duration)
    {
        var arguments = Arguments(connection, owner, duration, 1);
        arguments.Add(Milliseconds(options.DropAfter));
        await connection.EvaluateAsync(RedisScripts.Renew, _keys, [.. arguments]).ConfigureAwait(false);
    }

    public async Task RestoreAsync(RedisConnection connection, string owner, IReadOnlyCollection<NameRecord> records)
    {
        var arguments = Arguments(connection, owner, FirstLease, 2 * records.Count);
        foreach (var record in records)
        {
            arguments.Add(record.Name);
            arguments.Add(RecordJson.Write(record));
        }

        await connection.EvaluateAsync(RedisScripts.Restore, _keys, [.. arguments]).ConfigureAwait(false);
    }

    /// <summary>Gives the primary a term above <paramref name="knownTerm"/>.</summary>
    public async Task<long> PromoteAsync(RedisConnection connection, long knownTerm)
    {
        var arguments = Arguments(connection, WellKnownOwners.Static, FirstLease, 1);
        arguments.Add(knownTerm);
        return Revision(await connection.EvaluateAsync(RedisScripts.Promote, _keys, [.. arguments]).ConfigureAwait(false));
    }

    public async Task<StreamReply> FollowAsync(RedisConnection connection, long revision, string tip, int atMost)
    {
        var first = string.Create(CultureInfo.InvariantCulture, $"{revision + 1}-0");
        var reply = await connection.EvaluateAsync(RedisScripts.Follow, _keys, first, tip, atMost).ConfigureAwait(false);
        return StreamReply.From(reply, revision, tip);
    }

    /// <returns>Where the next part begins, <c>0</c> after the last; and fields and records in turn, separated by zeros. Each is in one part at least.</returns>
    public async Task<(string Next, byte[] Records)> ReadPartAsync(RedisConnection connection, string cursor, int about)
    {
        var reply = (RedisResult[])(await connection.EvaluateAsync(RedisScripts.Part, _keys, cursor, about).ConfigureAwait(false))!;
        return ((string)reply[0]!, (byte[])reply[1]!);
    }

    public async Task<OwnerReply> ReadOwnersAsync(RedisConnection connection) =>
        OwnerReply.From(await connection.EvaluateAsync(RedisScripts.Owners, _keys).ConfigureAwait(false));

    private static string Milliseconds(TimeSpan duration) =>
        Math.Min(duration.TotalMilliseconds, 1e15).ToString("F0", CultureInfo.InvariantCulture);

    private static long Revision(RedisResult result) => long.Parse((string)result!, CultureInfo.InvariantCulture);

    private List<RedisValue> Arguments(RedisConnection connection, string owner, TimeSpan lease, int more)
    {
        var arguments = new List<RedisValue>(8 + more)
        {
            Guid.NewGuid().ToString("N")[..16],
            owner,
            keys.Wake,
            options.RedisChangeLogLength,
            keys.OwnedPrefix,
            connection.Info.RunId,
            Milliseconds(lease),
        };
        return arguments;
    }
}
