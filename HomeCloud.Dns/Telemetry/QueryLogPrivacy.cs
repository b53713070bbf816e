namespace HomeCloud.Dns.Telemetry;

/// <summary>How much a line of the query log says about who asked.</summary>
public enum QueryLogPrivacy
{
    /// <summary>The client's whole address.</summary>
    Full,

    /// <summary>Its network: the first 24 bits of an IPv4 address, 56 of an IPv6 address.</summary>
    Network,

    /// <summary>Nothing about the client.</summary>
    Anonymous,

    /// <summary>Nothing about the client, and of foreign names only the last two labels.</summary>
    Minimal,
}
