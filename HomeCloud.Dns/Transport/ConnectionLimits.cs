namespace HomeCloud.Dns.Transport;

/// <summary>What one TCP or TLS connection may use; times in milliseconds.</summary>
internal sealed record ConnectionLimits(int IdleMilliseconds, int MessageMilliseconds, int MaxOutstanding)
{
    /// <summary>Late answers a connection may be owed; its next queries stay unread until some have come.</summary>
    private const int DefaultMaxOutstanding = 128;

    public static ConnectionLimits From(ListenOptions options) => new(
        (int)options.IdleTimeout.TotalMilliseconds,
        (int)options.MessageTimeout.TotalMilliseconds,
        DefaultMaxOutstanding);
}
