namespace HomeCloud.Dns.Serving;

/// <summary>Answers one message. Called by transport workers, concurrently; never blocks, never awaits, never throws for bad input.</summary>
public interface IQueryHandler
{
    /// <summary>Handles the query in <c>buffer[..queryLength]</c>; the response replaces it in place, from the start of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">At least 4096 bytes on UDP, 65535 on TCP and TLS. All of it may be overwritten.</param>
    /// <param name="queryLength">Bytes received, 0 to the buffer's length.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="responseLength">Bytes to send when the result is <see cref="Disposition.Answered"/>, else 0.</param>
    Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength);
}

/// <summary>What became of a query.</summary>
public enum Disposition
{
    /// <summary>Nothing is sent: the message was a response, too short for a header, or refused in silence.</summary>
    Dropped,

    /// <summary>The response is in the buffer.</summary>
    Answered,

    /// <summary>The response follows through the reply path that the handler captured.</summary>
    Deferred,
}
