namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>A connection to one upstream over which answers cannot be forged by guessing: TCP, TLS or HTTPS. Many questions at a time.</summary>
internal interface IUpstreamConnection : IDisposable
{
    /// <summary>False once it takes no further question: closed by either side, or retired.</summary>
    bool IsOpen { get; }

    /// <summary>Messages that arrived on it.</summary>
    int Answers { get; }

    /// <summary>Questions that were unanswered when it was closed.</summary>
    int Abandoned { get; }

    /// <summary>How long nothing has come though a question was sent; zero when nothing is owed.</summary>
    TimeSpan Silence { get; }

    /// <summary>Sends the query, under an id of the connection's choice, and waits for its answer; never throws for what the network does.</summary>
    ValueTask<ExchangeResult> ExchangeAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation);

    /// <summary>Takes no further question, and closes once those under way have ended.</summary>
    void Retire();
}
