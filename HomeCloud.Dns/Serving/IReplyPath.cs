using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>The way back to one client for one late answer. Used exactly once, from any thread; invalid afterwards (it may be pooled).</summary>
public interface IReplyPath
{
    /// <summary>Sends the response message; a client that is gone is no error.</summary>
    void Send(ReadOnlySpan<byte> response);

    /// <summary>Says, before <see cref="Send"/>, which block list decided; for those who count.</summary>
    void Blocked(string list)
    {
    }

    /// <summary>Says, before <see cref="Send"/>, what validation found; for those who log.</summary>
    void Judged(Security verdict)
    {
    }

    /// <summary>Gives the path up without an answer.</summary>
    void Abandon();
}

/// <summary>Implemented by a transport worker: keeps the way back to the client whose query is being handled right now.</summary>
public interface IReplySource
{
    /// <summary>Only valid inside <see cref="IQueryHandler.Handle"/>, at most once a query.</summary>
    IReplyPath CaptureReplyPath();

    /// <summary>Says which block list decided the answer that stands in the buffer; for those who count.</summary>
    void Blocked(string list)
    {
    }

    /// <summary>Says what validation found about the answer that stands in the buffer; for those who log.</summary>
    void Judged(Security verdict)
    {
    }
}
