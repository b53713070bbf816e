namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>How asking one upstream once ended.</summary>
internal enum ExchangeStatus
{
    /// <summary>A message that answers the query, whatever it says.</summary>
    Answered,

    /// <summary>The UDP answer was cut (TC), or larger than a datagram we take.</summary>
    Truncated,

    /// <summary>A UDP answer that matched but for its letter case.</summary>
    CaseDiffers,

    /// <summary>So many datagrams with a wrong id or question that someone may be guessing (RFC 5452 §9.2).</summary>
    Flooded,

    /// <summary>No answer in the time there was.</summary>
    TimedOut,

    /// <summary>The network or the other side refused: port unreachable, connection refused, TLS failed, HTTP error.</summary>
    Unreachable,
}
