namespace HomeCloud.Dns.Forwarding;

/// <summary>A way to one upstream over which answers cannot be forged by guessing: TCP, TLS or HTTPS.</summary>
internal interface IUpstreamChannel : IDisposable
{
    /// <summary>Sends the query, under an id of the channel's choice, and waits for its answer; never throws for what the network does.</summary>
    ValueTask<ExchangeResult> ExchangeAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation);
}
