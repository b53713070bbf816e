using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Caching.CacheOptions>;

namespace HomeCloud.Dns.Caching;

/// <summary>What is remembered of upstream answers, and for how long. Times are in seconds unless the name says otherwise.</summary>
public sealed class CacheOptions
{
    private const int Week = 7 * 86_400;

    /// <summary><c>--cache-size</c>: octets that cached answers may take, their bookkeeping included; 0 turns the cache off.</summary>
    public long MaxBytes { get; set; } = 32L << 20;

    /// <summary>Shorter TTLs are raised to this.</summary>
    public int MinTtl { get; set; }

    /// <summary>Longer TTLs are lowered to this (RFC 8767 §4 caps them too).</summary>
    public int MaxTtl { get; set; } = 86_400;

    /// <summary>Cap for NXDOMAIN and NODATA, besides SOA MINIMUM (RFC 2308 §5).</summary>
    public int MaxNegativeTtl { get; set; } = 3_600;

    /// <summary>How long a failure to resolve is remembered: 1 to 300 (RFC 9520 §3.2).</summary>
    public int FailureTtl { get; set; } = 5;

    /// <summary>Answers that expired are still given when no upstream answers (RFC 8767).</summary>
    public bool ServeStale { get; set; } = true;

    /// <summary>How long past its TTL an answer may be served stale.</summary>
    public int MaxStale { get; set; } = 86_400;

    /// <summary>TTL written on stale answers (RFC 8767 §4 recommends 30).</summary>
    public int StaleAnswerTtl { get; set; } = 30;

    /// <summary>After a failed refresh, stale answers go out at once for this long (failure recheck timer, RFC 8767 §5).</summary>
    public int StaleRecheck { get; set; } = 30;

    /// <summary>Milliseconds a client waits for a fresh answer before a stale one is given (client response timer, RFC 8767 §5).</summary>
    public int StaleClientMilliseconds { get; set; } = 1_800;

    /// <summary>Refreshes popular answers in the last tenth of their TTL.</summary>
    public bool Prefetch { get; set; } = true;

    public static OptionRow<CacheOptions>[] Rows =>
    [
        Bytes("cache-size", "Memory for cached answers; 0 turns the cache off. Default: 32M.", (o, v) => o.MaxBytes = v),
        Number("cache-min-ttl", "SECONDS", "Raise shorter TTLs to this. Default: 0.", (o, v) => o.MinTtl = v),
        Number("cache-max-ttl", "SECONDS", "Lower longer TTLs to this. Default: 86400.", (o, v) => o.MaxTtl = v),
        Number("cache-max-negative-ttl", "SECONDS", "Lower longer TTLs of NXDOMAIN and NODATA to this. Default: 3600.", (o, v) => o.MaxNegativeTtl = v),
        Switch("serve-stale", "Serve expired answers when no upstream answers. Default: on.", (o, v) => o.ServeStale = v),
        Number("max-stale", "SECONDS", "How long after its TTL an answer may be served. Default: 86400.", (o, v) => o.MaxStale = v),
        Switch("prefetch", "Refresh popular answers before they expire. Default: on.", (o, v) => o.Prefetch = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxBytes is not 0 and (< 64 << 10 or > 16L << 30))
            yield return $"--cache-size {MaxBytes} is out of range: choose 0 (no cache) or 65536 to 17179869184 octets.";
        if (MaxTtl is < 1 or > Week)
            yield return $"--cache-max-ttl {MaxTtl} is out of range: choose 1 to {Week} seconds.";
        if (MinTtl < 0 || MinTtl > Math.Min(MaxTtl, 3_600))
            yield return $"--cache-min-ttl {MinTtl} is out of range: choose 0 to 3600 seconds and at most --cache-max-ttl.";
        if (MaxNegativeTtl is < 0 or > 86_400)
            yield return $"--cache-max-negative-ttl {MaxNegativeTtl} is out of range: choose 0 to 86400 seconds.";
        if (FailureTtl is < 1 or > 300)
            yield return $"FailureTtl {FailureTtl} is out of range: choose 1 to 300 seconds (RFC 9520).";
        if (MaxStale is < 0 or > Week)
            yield return $"--max-stale {MaxStale} is out of range: choose 0 to {Week} seconds.";
        if (StaleAnswerTtl is < 1 or > 3_600)
            yield return $"StaleAnswerTtl {StaleAnswerTtl} is out of range: choose 1 to 3600 seconds.";
        if (StaleRecheck is < 0 or > 300)
            yield return $"StaleRecheck {StaleRecheck} is out of range: choose 0 to 300 seconds.";
        if (StaleClientMilliseconds is < 0 or > 10_000)
            yield return $"StaleClientMilliseconds {StaleClientMilliseconds} is out of range: choose 0 to 10000.";
    }
}
