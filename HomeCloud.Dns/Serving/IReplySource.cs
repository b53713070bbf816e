namespace HomeCloud.Dns.Serving;

/// <summary>Implemented by a transport worker: keeps the way back to the client whose query is being handled right now.</summary>
public interface IReplySource
{
    /// <summary>Only valid inside <see cref="IQueryHandler.Handle"/>, at most once a query.</summary>
    IReplyPath CaptureReplyPath();
}
