namespace HomeCloud.Dns.Serving;

/// <summary>The messages of one transfer, written one after another as the client takes them. Used by one connection.</summary>
public interface ITransferMessages : IDisposable
{
    /// <summary>Writes the next message from the start of <paramref name="buffer"/>, which holds at least 4096 octets.</summary>
    /// <returns>False when there are no more.</returns>
    bool TryWriteNext(Span<byte> buffer, out int length);
}
