using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Takes UPDATE messages (RFC 2136) from clients that may ask.</summary>
public interface IUpdates
{
    /// <param name="buffer">The message; an answer that is there at once replaces it.</param>
    /// <param name="length">Octets of the message.</param>
    /// <param name="query">The message as far as it is one of any opcode; its question is the zone.</param>
    /// <param name="context">Who sent it, and how.</param>
    /// <param name="responseLength">Octets of the answer.</param>
    Disposition Handle(Span<byte> buffer, int length, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength);

    /// <summary>Takes the signature (TSIG, RFC 8945) off a query, so that it can be answered like any other.</summary>
    /// <param name="buffer">The message; it is without its signature then, or the answer to a wrong one replaces it.</param>
    /// <param name="length">Octets of the message.</param>
    /// <param name="query">The message parsed.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="signature">What signs the answer; null when there was no signature, or a wrong one.</param>
    /// <param name="responseLength">Octets of the answer to a wrong one; 0: there was none.</param>
    void TakeSignature(Span<byte> buffer, ref int length, scoped in ParsedQuery query, scoped in QueryContext context, out IReplySignature? signature, out int responseLength);
}

/// <summary>Signs the answer to one signed query.</summary>
public interface IReplySignature
{
    /// <param name="buffer">Begins with the answer.</param>
    /// <param name="length">Octets of the answer.</param>
    /// <param name="most">Octets that it may have; a longer one becomes truncated.</param>
    /// <returns>Octets of the signed answer.</returns>
    int Sign(Span<byte> buffer, int length, int most);
}
