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
        if ((question.Variant & QuestionVariant.NonRecursive) == 0)
            flags |= HeaderFlags.RecursionDesired;
        if ((question.Variant & QuestionVariant.CheckingDisabled) != 0)
            flags |= HeaderFlags.CheckingDisabled;
        MessageHeader.SetFlags(buffer, flags);
        MessageHeader.SetCounts(buffer, 1, 0, 0, shape.Edns ? 1 : 0);

        var name = buffer.Slice(MessageHeader.Size, question.Name.Length);
        question.Name.CopyTo(name);
        if (shape.MixCase)
            LetterCase.Mix(name);
        var end = question.QuestionEnd;
        buffer[end - 4] = (byte)((ushort)question.Type >> 8);
        buffer[end - 3] = (byte)question.Type;
        buffer[end - 2] = (byte)((ushort)question.Class >> 8);
        buffer[end - 1] = (byte)question.Class;
        if (!shape.Edns)
            return end;

        var dnssecOk = (question.Variant & QuestionVariant.DnssecOk) != 0;
        if (!OptRecordWriter.TryBegin(buffer[end..], (ushort)shape.UdpSize, ResponseCode.NoError, dnssecOk, out var opt))
            return end;
        if (shape.Padded)
            opt.TryWritePadding(end + opt.Length, PaddingBlock);
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

/// <summary>Random letter case (draft-vixie-dnsext-dns0x20): each letter is one bit more that a forger must guess.</summary>
internal static class LetterCase
{
    public static void Mix(Span<byte> foldedName)
    {
        Span<byte> random = stackalloc byte[32];
        RandomOctets.Fill(random);
        for (var i = 0; i < foldedName.Length; i++)
        {
            var isLetter = (uint)(foldedName[i] - 'a') <= 'z' - 'a';
            if (isLetter && (random[i >> 3] & (1 << (i & 7))) != 0)
                foldedName[i] &= 0xDF;
        }
    }
}

/// <summary>How one query is written for one upstream.</summary>
/// <param name="Edns">With an OPT record.</param>
/// <param name="UdpSize">The UDP answer size it offers.</param>
/// <param name="MixCase">With random letter case.</param>
/// <param name="Padded">With padding (RFC 8467).</param>
internal readonly record struct QueryShape(bool Edns, int UdpSize, bool MixCase, bool Padded);
