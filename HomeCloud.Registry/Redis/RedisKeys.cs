using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>Every key of one home. The prefix in braces is the hash tag, so that Redis Cluster keeps them in one slot and takes scripts over them.</summary>
public sealed class RedisKeys(string prefix)
{
    /// <summary>Hash: <c>name@owner</c> → the record as JSON.</summary>
    public string Names { get; } = $"{{{prefix}}}:names";

    /// <summary>Stream: one item a write, its id is the revision.</summary>
    public string Changes { get; } = $"{{{prefix}}}:changes";

    /// <summary>Sorted set: owner → when its lease ends, in milliseconds of Redis's clock since 1970.</summary>
    public string Leases { get; } = $"{{{prefix}}}:leases";

    /// <summary>Hash: epoch, revision, tip, term, restored, run, lived.</summary>
    public string Meta { get; } = $"{{{prefix}}}:meta";

    /// <summary>Hash: owner → the <c>run_id</c> of the Redis to which it last gave its whole set of records.</summary>
    public string Confirmed { get; } = $"{{{prefix}}}:confirmed";

    /// <summary>Hash: <c>renew OWNER</c> → session, when it was sent, <c>lived</c> then, lease; <c>write OWNER</c> → session, number of its last set.</summary>
    public string Sessions { get; } = $"{{{prefix}}}:sessions";

    /// <summary>Sorted set: a name without an agent → the revision of the write that it is from, or was removed by.</summary>
    public string Written { get; } = $"{{{prefix}}}:written";

    /// <summary>Sets, with the owner appended: the names it owns.</summary>
    public string OwnedPrefix { get; } = $"{{{prefix}}}:owned:";

    /// <summary>Channel on which every write is announced; nothing is lost when a message is.</summary>
    public string Wake { get; } = $"{{{prefix}}}:wake";

    /// <summary>Channel of calls for sleeping servers, and of the answers to them; a lost message costs a caller one retry.</summary>
    public string Calls { get; } = $"{{{prefix}}}:calls";

    /// <summary>Channel of questions to DNS servers about what they did; nothing of it is stored.</summary>
    public string Journals { get; } = $"{{{prefix}}}:journals";

    /// <summary>Channel of the answers to one process.</summary>
    public string JournalOf(string session) => $"{Journals}:{session}";

    /// <summary>The keys that every script gets, in the order <see cref="RedisScripts"/> expects.</summary>
    public RedisKey[] All => [Names, Changes, Leases, Meta, Confirmed, Sessions, Written];
}
