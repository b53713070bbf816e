using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>The twelve octets in front of every message, RFC 1035 §4.1.1. Callers make sure that they are there.</summary>
public static class MessageHeader
{
    public const int Size = 12;

    /// <summary>Largest message that a two-octet TCP length can frame.</summary>
    public const int MaxMessageSize = 65535;

    /// <summary>Largest UDP message without EDNS, RFC 1035 §4.2.1.</summary>
    public const int ClassicUdpSize = 512;

    public static ushort Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    public static HeaderFlags Flags(ReadOnlySpan<byte> message) => (HeaderFlags)BinaryPrimitives.ReadUInt16BigEndian(message[2..]);

    public static Opcode Opcode(HeaderFlags flags) => (Opcode)((ushort)(flags & HeaderFlags.OpcodeMask) >> 11);

    /// <summary>The four RCODE bits of the header, without the EDNS extension.</summary>
    public static ResponseCode ResponseCode(ReadOnlySpan<byte> message) => (ResponseCode)(message[3] & 0x0F);

    public static ushort QuestionCount(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[4..]);

    public static ushort AnswerCount(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[6..]);

    public static ushort AuthorityCount(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[8..]);

    public static ushort AdditionalCount(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[10..]);

    public static void SetId(Span<byte> message, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(message, id);

    public static void SetFlags(Span<byte> message, HeaderFlags flags) => BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)flags);

    public static void SetCounts(Span<byte> message, int question, int answer, int authority, int additional)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)question);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)answer);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], (ushort)authority);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)additional);
    }
}
