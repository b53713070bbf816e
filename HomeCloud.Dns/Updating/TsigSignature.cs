using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Updating.Signing;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>Signs the answer to a query that was signed well.</summary>
internal sealed class TsigSignature(TsigSession session, TimeProvider time) : IReplySignature
{
    public int Sign(Span<byte> buffer, int length, int most)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var reader = new MessageReader(buffer[..length]);
        var signed = length <= most ? session.Sign(buffer[..Math.Min(buffer.Length, most)], length, now) : length;
        if (signed > length || !reader.TrySkipQuestion(out _, out _))
            return signed;

        // RFC 8945 §5.3: with its signature it is too long, and so the asker comes back by TCP.
        MessageHeader.SetFlags(buffer, MessageHeader.Flags(buffer) | HeaderFlags.Truncated);
        MessageHeader.SetCounts(buffer, 1, 0, 0, 0);
        return session.Sign(buffer, reader.Position, now);
    }
}
