namespace HomeCloud.Dns.Forwarding.Channels;

/// <param name="Status">How it ended.</param>
/// <param name="Message">The reply's octets when <see cref="ExchangeStatus.Answered"/>.</param>
/// <param name="Problem">For a person, when <see cref="ExchangeStatus.Unreachable"/>.</param>
/// <param name="Age">Seconds that the reply spent in HTTP caches.</param>
internal readonly record struct ExchangeResult(ExchangeStatus Status, byte[]? Message = null, string? Problem = null, uint Age = 0)
{
    public static ExchangeResult Answered(byte[] message, uint age = 0) => new(ExchangeStatus.Answered, message, null, age);

    public static ExchangeResult Unreachable(string problem) => new(ExchangeStatus.Unreachable, null, problem);
}

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
