using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>Writes our own queries; nothing of a client's message but the question and its DO, CD and RD reaches an upstream.</summary>
internal static class QueryWriter
{
    /// <summary>Enough for the longest name, OPT and padding to 128 octets.</summary>
    public const int MaxSize = 512;

    /// <summary>RFC 8467 §4.1: queries on encrypted transports are padded to a multiple of this.</summary>
    public const int PaddingBlock = 128;

    /// <returns>Octets written.</returns>
    public static int Write(Span<byte> buffer, CacheQuestion question, ushort id, in QueryShape shape)
    {
        buffer[..MessageHeader.Size].Clear();
        MessageHeader.SetId(buffer, id);

        // AD tells that we understand the AD bit of the answer (RFC 6840 §5.7).
        var flags = HeaderFlags.AuthenticData;
        if ((question.Variant & QuestionVariant.NonRecursive) == 0) flags |= HeaderFlags.RecursionDesired;
        if ((question.Variant & QuestionVariant.CheckingDisabled) != 0) flags |= HeaderFlags.CheckingDisabled;
        MessageHeader.SetFlags(buffer, flags);
        MessageHeader.SetCounts(buffer, 1, 0, 0, shape.Edns ? 1 : 0);

        var name = buffer.Slice(MessageHeader.Size, question.Name.Length);
        question.Name.CopyTo(name);
        if (shape.MixCase) LetterCase.Mix(name);
        var end = question.QuestionEnd;
        buffer[end - 4] = (byte)((ushort)question.Type >> 8);
        buffer[end - 3] = (byte)question.Type;
        buffer[end - 2] = (byte)((ushort)question.Class >> 8);
        buffer[end - 1] = (byte)question.Class;
        if (!shape.Edns) return end;

        var dnssecOk = (question.Variant & QuestionVariant.DnssecOk) != 0;
        if (!OptRecordWriter.TryBegin(buffer[end..], (ushort)shape.UdpSize, ResponseCode.NoError, dnssecOk, out var opt)) return end;
        if (shape.Padded) opt.TryWritePadding(end + opt.Length, PaddingBlock);
        return end + opt.Length;
    }

    /// <summary>RFC 5452 §9.2: unpredictable, from a cryptographic source.</summary>
    public static ushort RandomId()
    {
        Span<byte> octets = stackalloc byte[2];
        RandomOctets.Fill(octets);
        return (ushort)((octets[0] << 8) | octets[1]);
    }
}
