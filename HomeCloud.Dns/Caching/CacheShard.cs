using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Caching;

/// <summary>
/// One part of the cache. Readers take no lock: buckets are chains whose links change by single reference writes, and
/// a response that was taken out keeps its own link, so a reader that stands on it walks on. Writers hold the lock.
/// Eviction follows S3-FIFO: newcomers wait in a small queue, and only those asked again reach the main one, so a
/// flood of names asked once cannot wash out what the household uses.
/// </summary>
internal sealed class CacheShard
{
    private readonly Lock _lock = new();
    private readonly long _maxBytes;
    private readonly ResponseQueue _probation = new(CachedQueue.Probation);
    private readonly ResponseQueue _main = new(CachedQueue.Main);
    private readonly int _bucketCount;
    private CachedResponse?[] _buckets = [];
    private int[] _ghosts = [];
    private int _count;

    public CacheShard(long maxBytes)
    {
        _maxBytes = maxBytes;
        _bucketCount = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(maxBytes / 512, 64, 1 << 16));
    }

    public int Count => Volatile.Read(ref _count);

    public long Bytes
    {
        get
        {
            lock (_lock)
                return _probation.Bytes + _main.Bytes;
        }
    }

    public long Evictions { get; private set; }

    public CachedResponse? Find(int hash, ReadOnlySpan<byte> foldedName, RecordType type, RecordClass @class, QuestionVariant variant)
    {
        var buckets = Volatile.Read(ref _buckets);
        if (buckets.Length == 0)
            return null;
        for (var response = Volatile.Read(ref buckets[hash & (buckets.Length - 1)]); response is not null; response = Volatile.Read(ref response.NextInBucket))
        {
            if (response.Hash == hash && response.Matches(foldedName, type, @class, variant))
                return response;
        }

        return null;
    }

    /// <summary>False when the response alone would take too much of the cache.</summary>
    public bool Store(CachedResponse response)
    {
        if (response.Size > _maxBytes / 4)
            return false;
        lock (_lock)
        {
            if (_buckets.Length == 0)
            {
                // Memory at rest matters: a shard nobody used has no table.
                _ghosts = new int[_bucketCount];
                Volatile.Write(ref _buckets, new CachedResponse?[_bucketCount]);
            }

            var replaced = FindReplaced(response);
            var queue = replaced is { Queue: CachedQueue.Main } || IsGhost(response.Hash) ? _main : _probation;
            if (replaced is not null)
                Unlink(replaced);
            MakeRoom(response.Size);
            ref var bucket = ref _buckets[response.Hash & (_bucketCount - 1)];
            response.NextInBucket = bucket;
            Volatile.Write(ref bucket, response);
            queue.Add(response);
            _count++;
            return true;
        }
    }

    public void Remove(CacheQuestion question)
    {
        if (Find(question.Hash, question.Name, question.Type, question.Class, question.Variant) is null)
            return;
        lock (_lock)
        {
            if (Find(question.Hash, question.Name, question.Type, question.Class, question.Variant) is { } response)
                Unlink(response);
        }
    }

    public int RemoveWhere(Func<CachedResponse, bool> match)
    {
        var removed = 0;
        lock (_lock)
        {
            foreach (var queue in (ReadOnlySpan<ResponseQueue>)[_probation, _main])
            {
                for (var response = queue.Oldest; response is not null;)
                {
                    var newer = response.Newer;
                    if (match(response))
                    {
                        Unlink(response);
                        removed++;
                    }

                    response = newer;
                }
            }
        }

        return removed;
    }

    public void CopyTo(List<CachedResponse> responses)
    {
        lock (_lock)
        {
            for (var response = _main.Oldest; response is not null; response = response.Newer)
                responses.Add(response);
            for (var response = _probation.Oldest; response is not null; response = response.Newer)
                responses.Add(response);
        }
    }

    private CachedResponse? FindReplaced(CachedResponse response)
    {
        for (var other = _buckets[response.Hash & (_bucketCount - 1)]; other is not null; other = other.NextInBucket)
        {
            if (other.SameQuestion(response))
                return other;
        }

        return null;
    }

    private void MakeRoom(int size)
    {
        while (_probation.Bytes + _main.Bytes + size > _maxBytes)
        {
            var fromProbation = _main.Oldest is null || _probation.Bytes > _maxBytes / 10;
            if (fromProbation && _probation.Oldest is { } newcomer)
                EvictNewcomer(newcomer);
            else if (_main.Oldest is { } oldest)
                EvictFromMain(oldest);
            else
                return;
        }
    }

    private void EvictNewcomer(CachedResponse response)
    {
        if (response.Frequency > 1)
        {
            _probation.Remove(response);
            response.Frequency = 0;
            _main.Add(response);
            return;
        }

        _ghosts[response.Hash & (_bucketCount - 1)] = response.Hash;
        Evictions++;
        Unlink(response);
    }

    private void EvictFromMain(CachedResponse response)
    {
        if (response.Frequency > 0)
        {
            _main.Remove(response);
            response.Frequency--;
            _main.Add(response);
            return;
        }

        Evictions++;
        Unlink(response);
    }

    private bool IsGhost(int hash) => hash != 0 && _ghosts[hash & (_bucketCount - 1)] == hash;

    private void Unlink(CachedResponse response)
    {
        ref var link = ref _buckets[response.Hash & (_bucketCount - 1)];
        while (link is not null && !ReferenceEquals(link, response))
            link = ref link.NextInBucket;
        if (link is not null)
            Volatile.Write(ref link, response.NextInBucket);
        (response.Queue == CachedQueue.Main ? _main : _probation).Remove(response);
        _count--;
    }
}
