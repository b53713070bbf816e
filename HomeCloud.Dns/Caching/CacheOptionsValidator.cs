namespace HomeCloud.Dns.Caching;

/// <summary>Each message names the option, the value and the fix.</summary>
public static class CacheOptionsValidator
{
    private const int Week = 7 * 86_400;

    public static IEnumerable<string> Validate(CacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxBytes is not 0 and (< 64 << 10 or > 16L << 30))
            yield return $"--cache-size {options.MaxBytes} is out of range: choose 0 (no cache) or 65536 to 17179869184 octets.";
        if (options.MaxTtl is < 1 or > Week) yield return $"--cache-max-ttl {options.MaxTtl} is out of range: choose 1 to {Week} seconds.";
        if (options.MinTtl < 0 || options.MinTtl > Math.Min(options.MaxTtl, 3_600))
            yield return $"--cache-min-ttl {options.MinTtl} is out of range: choose 0 to 3600 seconds and at most --cache-max-ttl.";
        if (options.MaxNegativeTtl is < 0 or > 86_400) yield return $"--cache-max-negative-ttl {options.MaxNegativeTtl} is out of range: choose 0 to 86400 seconds.";
        if (options.FailureTtl is < 1 or > 300) yield return $"FailureTtl {options.FailureTtl} is out of range: choose 1 to 300 seconds (RFC 9520).";
        if (options.MaxStale is < 0 or > Week) yield return $"--max-stale {options.MaxStale} is out of range: choose 0 to {Week} seconds.";
        if (options.StaleAnswerTtl is < 1 or > 3_600) yield return $"StaleAnswerTtl {options.StaleAnswerTtl} is out of range: choose 1 to 3600 seconds.";
        if (options.StaleRecheck is < 0 or > 300) yield return $"StaleRecheck {options.StaleRecheck} is out of range: choose 0 to 300 seconds.";
        if (options.StaleClientMilliseconds is < 0 or > 10_000) yield return $"StaleClientMilliseconds {options.StaleClientMilliseconds} is out of range: choose 0 to 10000.";
    }
}
