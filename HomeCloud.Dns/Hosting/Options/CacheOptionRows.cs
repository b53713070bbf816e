using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class CacheOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        Bytes("cache-size", "Memory for cached answers; 0 turns the cache off. Default: 32M.", (o, v) => o.Cache.MaxBytes = v),
        Number("cache-min-ttl", "SECONDS", "Raise shorter TTLs to this. Default: 0.", (o, v) => o.Cache.MinTtl = v),
        Number("cache-max-ttl", "SECONDS", "Lower longer TTLs to this. Default: 86400.", (o, v) => o.Cache.MaxTtl = v),
        Number("cache-max-negative-ttl", "SECONDS", "Lower longer TTLs of NXDOMAIN and NODATA to this. Default: 3600.", (o, v) => o.Cache.MaxNegativeTtl = v),
        Switch("serve-stale", "Serve expired answers when no upstream answers. Default: on.", (o, v) => o.Cache.ServeStale = v),
        Number("max-stale", "SECONDS", "How long after its TTL an answer may be served. Default: 86400.", (o, v) => o.Cache.MaxStale = v),
        Switch("prefetch", "Refresh popular answers before they expire. Default: on.", (o, v) => o.Cache.Prefetch = v),
    ];
}
