namespace HomeCloud.Net.Wire;

/// <summary>What validation says of an answer (RFC 4035 §4.3).</summary>
public enum Security : byte
{
    /// <summary>It did not look.</summary>
    Unchecked,

    /// <summary>Signed, from a trust anchor down.</summary>
    Secure,

    /// <summary>Proven to be unsigned, or signed in ways that do not count.</summary>
    Insecure,

    /// <summary>It should be signed, and is not, or wrongly.</summary>
    Bogus,

    /// <summary>Keys that it needs could not be fetched.</summary>
    Indeterminate,
}
