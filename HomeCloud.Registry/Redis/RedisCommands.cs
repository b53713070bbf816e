using System.Globalization;
using HomeCloud.Registry.Storage;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>The scripts with their arguments.</summary>
internal sealed class RedisCommands(RedisKeys keys, RegistryOptions options, TimeProvider time)
{
    // An owner that wrote before it ever renewed is believed for a minute, so that none stays for ever.
    private static readonly TimeSpan FirstLease = TimeSpan.FromMinutes(1);
    private const int MostRefusals = 100;

    private readonly RedisHolder _holder = new(options, time);
    private readonly RedisKey[] _keys = keys.All;
    private readonly long _start = time.GetTimestamp();
    private long _number;

    /// <summary>This process, as Redis knows it.</summary>
    public string Session { get; } = Guid.NewGuid().ToString("N")[..16];

    /// <summary>The whole set of an owner. In the order of the calls: one that reaches Redis after a later one is passed over.</summary>
    public async Task<long> ReplaceAsync(RedisConnection connection, string owner, IReadOnlyCollection<NameRecord> records)
    {
        var arguments = Arguments(connection, owner, FirstLease, Interlocked.Increment(ref _number), connection.Revision, 2 * records.Count);
        Add(arguments, records);
        return Granted(owner, await connection.EvaluateAsync(RedisScripts.Replace, _keys, [.. arguments]).ConfigureAwait(false));
    }

    /// <summary>Changes of an agent's own names; passed over when a whole set of a later call is there.</summary>
    public async Task<long> ApplyAsync(RedisConnection connection, string owner, IReadOnlyCollection<RecordChange> changes)
    {
        var arguments = Arguments(connection, owner, FirstLease, Interlocked.Increment(ref _number), connection.Revision, 2 * changes.Count);
        Add(arguments, changes);
        return Granted(owner, await connection.EvaluateAsync(RedisScripts.Apply, _keys, [.. arguments]).ConfigureAwait(false));
    }

    /// <summary>Changes of names without an agent. Of several writers the last one has its way.</summary>
    public async Task<long> ApplyStaticAsync(RedisConnection connection, IReadOnlyCollection<RecordChange> changes)
    {
        var known = connection.Revision;
        for (var attempt = 0; attempt < MostRefusals; attempt++)
        {
            var arguments = Arguments(connection, WellKnownOwners.Static, FirstLease, 0, known, 2 * changes.Count);
            Add(arguments, changes);
            var reply = (RedisResult[])(await connection.EvaluateAsync(RedisScripts.ApplyStatic, _keys, [.. arguments]).ConfigureAwait(false))!;
            known = Revision(reply[1]);
            if ((string?)reply[0] == "done")
                return known;
        }

        throw new RegistryUnavailableException("The names keep changing during the write; try again.");
    }

    /// <summary>A write to names without an agent that was of <paramref name="revision"/>, for a Redis that may have lost it.</summary>
    public async Task WriteAgainAsync(RedisConnection connection, IReadOnlyCollection<RecordChange> changes, long revision)
    {
        var arguments = Arguments(connection, WellKnownOwners.Static, FirstLease, 0, revision, 2 * changes.Count);
        Add(arguments, changes);
        await connection.EvaluateAsync(RedisScripts.WriteAgain, _keys, [.. arguments]).ConfigureAwait(false);
    }

    public async Task RenewAsync(RedisConnection connection, string owner, TimeSpan duration)
    {
        // Zero means "not of this session".
        var sent = 1 + (long)time.GetElapsedTime(_start).TotalMilliseconds;
        var arguments = Arguments(connection, owner, duration, sent, connection.Revision, 1);
        arguments.Add(Milliseconds(options.DropAfter));
        Granted(owner, await connection.EvaluateAsync(RedisScripts.Renew, _keys, [.. arguments]).ConfigureAwait(false));
    }

    public async Task RestoreAsync(RedisConnection connection, string owner, IReadOnlyCollection<NameRecord> records)
    {
        var arguments = Arguments(connection, owner, FirstLease, 0, connection.Revision, 2 * records.Count);
        Add(arguments, records);
        await connection.EvaluateAsync(RedisScripts.Restore, _keys, [.. arguments]).ConfigureAwait(false);
    }

    /// <summary>Gives the primary a term above <paramref name="knownTerm"/>.</summary>
    public async Task<long> PromoteAsync(RedisConnection connection, long knownTerm)
    {
        var arguments = Arguments(connection, WellKnownOwners.Static, FirstLease, 0, connection.Revision, 1);
        arguments.Add(knownTerm);
        return Revision(await connection.EvaluateAsync(RedisScripts.Promote, _keys, [.. arguments]).ConfigureAwait(false));
    }

    public async Task<StreamReply> FollowAsync(RedisConnection connection, long revision, string tip, int atMost)
    {
        var first = string.Create(CultureInfo.InvariantCulture, $"{revision + 1}-0");
        var reply = await connection.EvaluateAsync(RedisReadScripts.Follow, _keys, first, tip, atMost).ConfigureAwait(false);
        return StreamReply.From(reply, revision, tip);
    }

    /// <returns>Where the next part begins, <c>0</c> after the last; and fields and records in turn, separated by zeros. Each is in one part at least.</returns>
    public async Task<(string Next, byte[] Records)> ReadPartAsync(RedisConnection connection, string cursor, int about)
    {
        var reply = (RedisResult[])(await connection.EvaluateAsync(RedisReadScripts.Part, _keys, cursor, about).ConfigureAwait(false))!;
        return ((string)reply[0]!, (byte[])reply[1]!);
    }

    public async Task<OwnerReply> ReadOwnersAsync(RedisConnection connection) =>
        OwnerReply.From(await connection.EvaluateAsync(RedisReadScripts.Owners, _keys).ConfigureAwait(false));

    /// <summary>Whether the last write of an owner was refused because another process holds it.</summary>
    public bool IsRefused(string owner) => _holder.IsRefused(owner);

    private static string Milliseconds(TimeSpan duration) =>
        Math.Min(duration.TotalMilliseconds, 1e15).ToString("F0", CultureInfo.InvariantCulture);

    private static long Revision(RedisResult result) => long.Parse((string)result!, CultureInfo.InvariantCulture);

    private long Granted(string owner, RedisResult reply)
    {
        if (reply.Resp2Type == ResultType.Array)
            throw _holder.Refused(owner, (string)reply[0]!, (string)reply[1]!);
        if (owner != WellKnownOwners.Static)
            _holder.Granted(owner);
        return Revision(reply);
    }

    private static void Add(List<RedisValue> arguments, IReadOnlyCollection<NameRecord> records)
    {
        foreach (var record in records)
        {
            arguments.Add(record.Name);
            arguments.Add(RecordJson.Write(record));
        }
    }

    // The last change of each name.
    private static void Add(List<RedisValue> arguments, IReadOnlyCollection<RecordChange> changes)
    {
        var last = new Dictionary<string, NameRecord?>(changes.Count);
        foreach (var change in changes)
            last[change.Key.Name] = change.Record;
        foreach (var (name, record) in last)
        {
            arguments.Add(record is null ? $"remove {name}" : $"put {name}");
            arguments.Add(record is null ? RedisValue.EmptyString : RecordJson.Write(record));
        }
    }

    private List<RedisValue> Arguments(RedisConnection connection, string owner, TimeSpan lease, long number, long revision, int more) => new(11 + more)
    {
        Guid.NewGuid().ToString("N")[..16],
        owner,
        keys.Wake,
        options.RedisChangeLogLength,
        keys.OwnedPrefix,
        connection.Info.RunId,
        Milliseconds(lease),
        Session,
        number,
        revision,
        owner == WellKnownOwners.Static ? RedisHolder.NoClaim : _holder.Claim(owner),
    };
}
