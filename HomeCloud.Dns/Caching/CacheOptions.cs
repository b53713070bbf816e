namespace HomeCloud.Dns.Caching;

/// <summary>What is remembered of upstream answers, and for how long. Times are in seconds unless the name says otherwise.</summary>
public sealed class CacheOptions
{
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
}
