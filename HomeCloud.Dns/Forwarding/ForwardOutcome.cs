namespace HomeCloud.Dns.Forwarding;

internal enum ForwardOutcome
{
    /// <summary>NOERROR or NXDOMAIN.</summary>
    Answered,

    /// <summary>No upstream gave a usable answer: an old one may stand in (RFC 8767).</summary>
    Failed,

    /// <summary>A validating upstream says that the data is forged: nothing may stand in.</summary>
    Bogus,
}
