namespace HomeCloud.Dns.Serving;

/// <summary>
/// Answers that take several messages (RFC 5936 §2.2). Stream transports ask here first; null means that the query is none
/// of these, or may not have it, and goes to <see cref="IQueryHandler"/> like any other.
/// </summary>
public interface IZoneTransfer
{
    /// <param name="query">The message as received.</param>
    /// <param name="context">Who asked, and how.</param>
    ITransferMessages? TryBegin(ReadOnlySpan<byte> query, scoped in QueryContext context);
}

/// <summary>The messages of one transfer, written one after another as the client takes them. Used by one connection.</summary>
public interface ITransferMessages : IDisposable
{
    /// <summary>Writes the next message from the start of <paramref name="buffer"/>, which holds at least 4096 octets.</summary>
    /// <returns>False when there are no more.</returns>
    bool TryWriteNext(Span<byte> buffer, out int length);
}
