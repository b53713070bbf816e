namespace HomeCloud.Dns.Caching;

/// <summary>What a cached response says, as far as its lifetime depends on it.</summary>
public enum ResponseKind : byte
{
    /// <summary>Has what was asked for, or leads there.</summary>
    Positive,

    /// <summary>NXDOMAIN or NODATA (RFC 2308).</summary>
    Negative,

    /// <summary>The name could not be resolved (RFC 9520).</summary>
    Failure,
}
