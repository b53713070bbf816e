using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Dns.Serving;

/// <summary>Everything about a query that is not in its bytes.</summary>
public readonly ref struct QueryContext
{
    public required ClientAddress Client { get; init; }

    /// <summary>The address of ours that the query came to; default when the transport does not know it.</summary>
    public ClientAddress Local { get; init; }

    public required QueryTransport Transport { get; init; }

    /// <summary>Monotonic time in milliseconds (<see cref="Environment.TickCount64"/>), read once a batch.</summary>
    public required long NowMilliseconds { get; init; }

    public required IReplySource Replies { get; init; }

    /// <summary>The same with another way back.</summary>
    public QueryContext With(IReplySource replies) => new() { Client = Client, Local = Local, Transport = Transport, NowMilliseconds = NowMilliseconds, Replies = replies };
}

public enum QueryTransport : byte
{
    Udp,
    Tcp,

    /// <summary>DNS over TLS, RFC 7858.</summary>
    Tls,

    /// <summary>DNS over HTTPS, RFC 8484: a web server of the same process asks.</summary>
    Https,
}
