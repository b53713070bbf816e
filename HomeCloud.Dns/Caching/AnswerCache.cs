using System.Numerics;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Caching;

/// <summary>Upstream responses, bounded in octets. Lookups take no lock and allocate nothing; any thread may call anything.</summary>
public sealed class AnswerCache
{
    private const int MaxShards = 16;
    private const long BytesPerShard = 1 << 20;

    private readonly CacheShard[] _shards;
    private readonly int _shift;

    public AnswerCache(CacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        var shards = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(options.MaxBytes / BytesPerShard, 1, MaxShards));
        _shift = 32 - BitOperations.Log2((uint)shards);
        _shards = new CacheShard[shards];
        for (var i = 0; i < shards; i++)
            _shards[i] = new CacheShard(options.MaxBytes / shards);
    }

    /// <summary>Called when someone asked for answers to be forgotten.</summary>
    internal event Action? Flushed;

    public CacheOptions Options { get; }

    public int Count => _shards.Sum(shard => shard.Count);

    public long Bytes => _shards.Sum(shard => shard.Bytes);

    public long Evictions => _shards.Sum(shard => shard.Evictions);

    /// <summary>The response for a question, fresh or stale: about its type, else about the whole name. Counts as a use of it.</summary>
    public CachedResponse? Find(int hash, ReadOnlySpan<byte> foldedName, RecordType type, RecordClass @class, QuestionVariant variant)
    {
        var found = ShardOf(hash).Find(hash, foldedName, type, @class, variant) ?? FindDenial(foldedName, @class, variant);
        if (found is not null && found.Frequency < CachedResponse.MaxFrequency)
            found.Frequency++;
        return found;
    }

    /// <summary>The same without counting as a use.</summary>
    public CachedResponse? Peek(CacheQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return ShardOf(question.Hash).Find(question.Hash, question.Name, question.Type, question.Class, question.Variant)
            ?? FindDenial(question.Name, question.Class, question.Variant);
    }

    /// <summary>Remembers a response in place of an older one for the same question.</summary>
    /// <returns>False when it must not or cannot be cached.</returns>
    public bool Store(CachedResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.ExpiresAt > response.StoredAt && ShardOf(response.Hash).Store(response);
    }

    /// <summary>The same for the response to a question: what is remembered of the name otherwise, and contradicts it, is forgotten.</summary>
    public bool Store(CachedResponse response, CacheQuestion asked)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(asked);
        var deniesName = response.Type == RecordType.None;
        if (deniesName)
            Remove(asked);
        else if (response.Kind != ResponseKind.Failure)
            Remove(asked.OfAnyType());
        return Store(response);
    }

    /// <summary>Forgets the response to one question.</summary>
    public void Remove(CacheQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        ShardOf(question.Hash).Remove(question);
    }

    /// <summary>Forgets whatever a condition holds for.</summary>
    /// <returns>How many responses were forgotten.</returns>
    public int Flush(Func<CachedResponse, bool> condition) => _shards.Sum(shard => shard.RemoveWhere(condition));

    /// <summary>Forgets everything.</summary>
    /// <returns>How many responses were forgotten.</returns>
    public int Flush() => Flushing(static _ => true);

    /// <summary>Forgets what was asked about this folded name and everything below it.</summary>
    /// <returns>How many responses were forgotten.</returns>
    public int Flush(byte[] foldedName) => Flushing(response => DnsName.IsAtOrBelow(response.Name, foldedName));

    /// <summary>What is in the cache at this moment.</summary>
    public IReadOnlyList<CachedResponse> Snapshot()
    {
        var responses = new List<CachedResponse>();
        foreach (var shard in _shards)
            shard.CopyTo(responses);
        return responses;
    }

    private int Flushing(Func<CachedResponse, bool> condition)
    {
        Flushed?.Invoke();
        return Flush(condition);
    }

    private CachedResponse? FindDenial(ReadOnlySpan<byte> foldedName, RecordClass @class, QuestionVariant variant)
    {
        var hash = CacheQuestion.ComputeHash(foldedName, RecordType.None, @class, variant);
        return ShardOf(hash).Find(hash, foldedName, RecordType.None, @class, variant);
    }

    // The low bits choose the bucket, the high bits the shard. A shift by 32 would be a shift by 0.
    private CacheShard ShardOf(int hash) => _shards[_shift == 32 ? 0 : (int)((uint)hash >> _shift)];
}
