namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>A query on a stream connection that waits for its answer.</summary>
internal sealed class PendingExchange(byte[] query) : TaskCompletionSource<ExchangeResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The query as sent, without the length prefix.</summary>
    public byte[] Query { get; } = query;
}
