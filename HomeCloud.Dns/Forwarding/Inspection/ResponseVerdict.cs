namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>What an upstream's response is worth.</summary>
internal enum ResponseVerdict
{
    /// <summary>NOERROR or NXDOMAIN, cleaned of what was not asked for.</summary>
    Usable,

    /// <summary>Another RCODE: the upstream could not or would not say.</summary>
    Failure,

    /// <summary>Cannot be read.</summary>
    Malformed,

    /// <summary>Its answer section holds records, none of which follows from the question.</summary>
    Unrelated,

    /// <summary>Aliases that lead back to themselves.</summary>
    AliasLoop,

    /// <summary>More aliases in a row than anyone needs.</summary>
    AliasChainTooLong,

    /// <summary>A DNAME makes the name longer than a name may be (RFC 6672 §2.2).</summary>
    AliasTooLong,
}
