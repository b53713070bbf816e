using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Updating;

/// <summary>The TSIG record of an answer in words, read from the RFC without the product's code.</summary>
internal static class SignatureText
{
    public static string Of(byte[] message)
    {
        if (Find(message, out var record, out var macLength, out var rest) is false)
            return "no TSIG";
        return $"TSIG error {BinaryPrimitives.ReadUInt16BigEndian(rest.AsSpan(2))}, MAC {macLength}, other {BinaryPrimitives.ReadUInt16BigEndian(rest.AsSpan(4))}";
    }

    /// <summary>Whether the answer's signature is right, RFC 8945 §5.3.</summary>
    public static bool IsGood(byte[] answer, byte[] requestMac, TestKey key)
    {
        if (!Find(answer, out var record, out var macLength, out var rest))
            return false;
        var algorithm = DnsName.Parse(key.Algorithm);
        var data = answer.AsSpan(record.DataOffset + algorithm.Length);
        var mac = data.Slice(10, macLength);
        var plain = answer[..record.NameOffset];
        plain[11]--;
        byte[] variables = [.. DnsName.Parse(key.Name), 0, 255, 0, 0, 0, 0, .. algorithm, .. data[..8], .. rest.AsSpan(2)];
        return key.Mac([.. UpdateBuilder.Number(requestMac.Length), .. requestMac, .. plain, .. variables]).AsSpan().SequenceEqual(mac);
    }

    /// <summary>The signature of a message.</summary>
    public static byte[] Mac(byte[] message)
    {
        Find(message, out var record, out var length, out _).Should().BeTrue();
        var data = message.AsSpan(record.DataOffset, record.DataLength);
        return data.Slice(DnsName.Measure(data) + 10, length).ToArray();
    }

    private static bool Find(byte[] message, out RecordView tsig, out int macLength, out byte[] rest)
    {
        (tsig, macLength, rest) = (default, 0, []);
        var reader = new MessageReader(message);
        for (var left = MessageHeader.QuestionCount(message); left > 0; left--)
            reader.TrySkipQuestion(out _, out _);
        while (!reader.AtEnd && reader.TryReadRecord(out var record))
            tsig = record;
        if (tsig.Type != RecordType.Tsig)
            return false;
        var data = message.AsSpan(tsig.DataOffset, tsig.DataLength);
        data = data[DnsName.Measure(data)..];
        macLength = BinaryPrimitives.ReadUInt16BigEndian(data[8..]);
        rest = data[(10 + macLength)..].ToArray();
        return true;
    }
}
