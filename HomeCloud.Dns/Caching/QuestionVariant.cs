namespace HomeCloud.Dns.Caching;

/// <summary>What besides the question tells two queries apart, because upstreams answer them differently.</summary>
[Flags]
public enum QuestionVariant : byte
{
    None = 0,

    /// <summary>DO: the asker wants DNSSEC records (RFC 3225).</summary>
    DnssecOk = 1,

    /// <summary>CD: the asker wants data that failed validation too (RFC 4035 §3.2.2).</summary>
    CheckingDisabled = 2,

    /// <summary>RD is clear: the asker wants only what the upstream has at hand.</summary>
    NonRecursive = 4,
}
