using System.Collections.Immutable;
using System.Globalization;
using HomeCloud.Registry.Storage;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>What the change log holds after the revision that a reader knows.</summary>
/// <param name="Meta">Where the registry stands.</param>
/// <param name="Steps">The changes in order; default when the reader cannot get there by steps and needs a whole snapshot.</param>
/// <param name="Revision">The revision that <paramref name="Steps"/> lead to.</param>
/// <param name="Tip">Its token; equal to that of <paramref name="Meta"/> when there is no more to read.</param>
/// <param name="Problem">A record that could not be read and was left out; null when all could.</param>
internal sealed record StreamReply(RedisMeta Meta, ImmutableArray<RecordChange> Steps, long Revision, string Tip, string? Problem)
{
    public bool IsGap => Steps.IsDefault;

    public static StreamReply From(RedisResult reply, long revision, string tip)
    {
        var parts = (RedisResult[])reply!;
        var meta = RedisMeta.From((string?)parts[0], (string?)parts[1], (string?)parts[2], (string?)parts[3], (string?)parts[4]);
        var steps = ImmutableArray.CreateBuilder<RecordChange>();
        string? problem = null;
        foreach (var item in (RedisResult[])parts[5]!)
        {
            var pair = (RedisResult[])item!;
            var fields = (RedisValue[])pair[1]!;
            if (!Take(fields, ref tip, steps, ref problem))
                return new StreamReply(meta, default, revision, tip, problem);
            revision = RevisionOf((string)pair[0]!);
        }

        // Nothing more in the log, yet the registry stands elsewhere: the log was trimmed past us, or history was rewritten.
        var gap = steps.Count == 0 && tip != meta.Tip;
        return new StreamReply(meta, gap ? default : steps.ToImmutable(), revision, tip, problem);
    }

    // The item's id is REVISION-0.
    private static long RevisionOf(string id) => long.Parse(id.AsSpan(0, id.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    // owner, …, after, …, tip, …, then the steps.
    private static bool Take(RedisValue[] fields, ref string tip, ImmutableArray<RecordChange>.Builder steps, ref string? problem)
    {
        if (fields.Length < 6 || fields[0] != "owner" || fields[2] != "after" || fields[4] != "tip" || fields[3] != tip)
            return false;
        var owner = (string)fields[1]!;
        tip = (string)fields[5]!;
        for (var i = 6; i + 1 < fields.Length; i += 2)
        {
            var verb = (string)fields[i]!;
            if (verb.StartsWith("remove ", StringComparison.Ordinal))
                steps.Add(RecordChange.Remove(new RecordKey(owner, verb["remove ".Length..])));
            else if (!verb.StartsWith("put ", StringComparison.Ordinal))
                return false;
            else if (RecordJson.Read((byte[])fields[i + 1]!, out var wrong) is not { } record)
                problem = wrong;
            else if (record.Key == new RecordKey(owner, verb["put ".Length..]))
                steps.Add(RecordChange.Put(record));
            else
                problem = $"'{record.Name}' of '{record.Owner}' is in a change of '{owner}'.";
        }

        return true;
    }
}
