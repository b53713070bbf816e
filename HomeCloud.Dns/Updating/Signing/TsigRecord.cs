using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating.Signing;

/// <summary>The TSIG record of a message, RFC 8945 §4.2.</summary>
/// <param name="KeyName">Folded.</param>
/// <param name="AlgorithmName">Folded.</param>
/// <param name="TimeSigned">Seconds since 1970, 48 bits.</param>
/// <param name="Fudge">By how many seconds clocks may differ.</param>
/// <param name="Mac">The signature.</param>
/// <param name="OriginalId">The message's id when it was signed; a forwarder may change it.</param>
/// <param name="Error">In answers; 0 in requests.</param>
/// <param name="OtherData">In answers to a wrong time: the server's.</param>
/// <param name="Offset">Where the record begins in the message.</param>
public sealed record TsigRecord(byte[] KeyName, byte[] AlgorithmName, ulong TimeSigned, ushort Fudge, byte[] Mac, ushort OriginalId, ushort Error, byte[] OtherData, int Offset)
{
    private const int NumbersLength = 16;

    /// <param name="message">Whole.</param>
    /// <param name="tsig">Null: it has none.</param>
    /// <returns>False: the message, or the record in it, is malformed: it must be the last one of the additional section, and the only one (§5.1).</returns>
    public static bool TryFind(ReadOnlySpan<byte> message, out TsigRecord? tsig)
    {
        tsig = null;
        var reader = new MessageReader(message);
        for (int i = MessageHeader.QuestionCount(message); i > 0; i--)
        {
            if (!reader.TrySkipQuestion(out _, out _))
                return false;
        }

        int additional = MessageHeader.AdditionalCount(message);
        for (var left = MessageHeader.AnswerCount(message) + MessageHeader.AuthorityCount(message) + additional; left > 0; left--)
        {
            if (!reader.TryReadRecord(out var record))
                return false;
            if (record.Type == RecordType.Tsig && (left > 1 || additional == 0 || !TryRead(message, record, out tsig)))
                return false;
        }

        return reader.AtEnd;
    }

    private static bool TryRead(ReadOnlySpan<byte> message, in RecordView record, out TsigRecord? tsig)
    {
        tsig = null;
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var reader = new MessageReader(message, record.NameOffset);
        if (record.Class != RecordClass.Any || record.Ttl != 0 || !reader.TryReadName(name, out var nameLength))
            return false;

        // A compressed name would say other octets than were signed (§4.3.3): Measure refuses pointers.
        var data = message.Slice(record.DataOffset, record.DataLength);
        var algorithm = DnsName.Measure(data);
        if (algorithm == 0 || data.Length < algorithm + NumbersLength)
            return false;
        var rest = data[algorithm..];
        var time = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(rest) << 32) | BinaryPrimitives.ReadUInt32BigEndian(rest[2..]);
        var fudge = BinaryPrimitives.ReadUInt16BigEndian(rest[6..]);
        int macLength = BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
        if (rest.Length < macLength + NumbersLength)
            return false;
        var mac = rest.Slice(10, macLength);
        var tail = rest[(10 + macLength)..];
        var other = tail[6..];
        if (other.Length != BinaryPrimitives.ReadUInt16BigEndian(tail[4..]))
            return false;
        tsig = new TsigRecord(
            Folded(name[..nameLength]), Folded(data[..algorithm]), time, fudge, mac.ToArray(),
            BinaryPrimitives.ReadUInt16BigEndian(tail), BinaryPrimitives.ReadUInt16BigEndian(tail[2..]), other.ToArray(), record.NameOffset);
        return true;
    }

    private static byte[] Folded(ReadOnlySpan<byte> name)
    {
        var folded = name.ToArray();
        DnsName.Fold(folded);
        return folded;
    }
}

/// <summary>The ERROR field, RFC 8945 §3.</summary>
public enum TsigError : ushort
{
    None = 0,
    BadSignature = 16,
    BadKey = 17,
    BadTime = 18,
    BadTruncation = 22,
}
