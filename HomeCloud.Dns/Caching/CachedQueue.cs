namespace HomeCloud.Dns.Caching;

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
