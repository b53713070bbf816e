namespace HomeCloud.Dns.Caching;

/// <summary>A first-in first-out queue that anything can be taken out of; linked through the responses themselves.</summary>
internal sealed class ResponseQueue(CachedQueue id)
{
    private CachedResponse? _newest;

    public CachedResponse? Oldest { get; private set; }

    public long Bytes { get; private set; }

    public void Add(CachedResponse response)
    {
        response.Queue = id;
        response.Newer = null;
        response.Older = _newest;
        if (_newest is not null)
            _newest.Newer = response;
        _newest = response;
        Oldest ??= response;
        Bytes += response.Size;
    }

    public void Remove(CachedResponse response)
    {
        if (response.Newer is { } newer)
            newer.Older = response.Older;
        else
            _newest = response.Older;
        if (response.Older is { } older)
            older.Newer = response.Newer;
        else
            Oldest = response.Newer;
        response.Newer = response.Older = null;
        response.Queue = CachedQueue.None;
        Bytes -= response.Size;
    }
}

/// <summary>Which of a shard's queues holds a response.</summary>
internal enum CachedQueue : byte
{
    /// <summary>Not in the cache (any more).</summary>
    None,

    /// <summary>Newcomers: most names are asked once and leave from here.</summary>
    Probation,

    /// <summary>What was asked again.</summary>
    Main,
}
