using HomeCloud.Dns.Serving;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>The way back for one query of a connection. Answers may overtake each other (RFC 7766 §6.2.1.1).</summary>
internal sealed class StreamReplyPath(ClientConnection connection) : IReplyPath
{
    private int _used;

    public void Send(ReadOnlySpan<byte> response)
    {
        if (Interlocked.Exchange(ref _used, 1) == 0)
            connection.SendLate(response);
    }

    public void Abandon()
    {
        if (Interlocked.Exchange(ref _used, 1) == 0)
            connection.AbandonLate();
    }
}
