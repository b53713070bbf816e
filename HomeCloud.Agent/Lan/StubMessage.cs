using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace HomeCloud.Agent.Lan;

/// <summary>Writes one question and reads one answer (RFC 1035 §4): a stub that looks from outside, apart from the server's own wire code on purpose.</summary>
internal static class StubMessage
{
    private const int ClassIn = 1;
    private const int MaxPointers = 32;

    public static byte[] Question(ushort id, string name, StubQuestion type)
    {
        var message = new MemoryStream();
        message.Write([(byte)(id >> 8), (byte)id, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            message.WriteByte((byte)label.Length);
            message.Write(Encoding.ASCII.GetBytes(label));
        }

        message.Write([0, 0, (byte)type, 0, ClassIn]);
        return message.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question, TimeSpan elapsed, [NotNullWhen(true)] out StubReply? reply)
    {
        reply = null;
        if (message.Length < question.Length
            || !message[..2].SequenceEqual(question[..2])
            || (message[2] & 0x80) == 0
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
            return false;

        List<IPAddress> addresses = [];
        List<string> texts = [];
        string? soa = null;
        var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var records = answers + BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        var at = question.Length;
        for (var i = 0; i < records; i++)
        {
            if (!TryReadName(message, ref at, out var owner) || at + 10 > message.Length)
                break;
            var type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                break;
            var data = message.Slice(at, length);
            at += length;
            if (i >= answers)
                soa ??= type == (ushort)StubQuestion.Soa ? owner : null;
            else if ((type == (ushort)StubQuestion.A && length == 4) || (type == (ushort)StubQuestion.Aaaa && length == 16))
                addresses.Add(new IPAddress(data));
            else if (type == (ushort)StubQuestion.Txt)
                texts.Add(Text(data));
        }

        reply = new StubReply(message[3] & 0x0F, addresses, texts, soa, elapsed);
        return true;
    }

    private static string Text(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        while (data.Length > 0 && data.Length > data[0])
        {
            text.Append(text.Length > 0 ? "; " : "").Append(Encoding.UTF8.GetString(data.Slice(1, data[0])));
            data = data[(data[0] + 1)..];
        }

        return text.ToString();
    }

    private static bool TryReadName(ReadOnlySpan<byte> message, ref int at, out string name)
    {
        var text = new StringBuilder();
        name = "";
        var position = at;
        var end = -1;
        for (var pointers = 0; position < message.Length;)
        {
            int length = message[position];
            if (length >= 0xC0)
            {
                if (position + 1 >= message.Length || ++pointers > MaxPointers)
                    return false;
                end = end < 0 ? position + 2 : end;
                position = ((length & 0x3F) << 8) | message[position + 1];
                continue;
            }

            if (length == 0)
            {
                at = end < 0 ? position + 1 : end;
                name = text.Length == 0 ? "." : text.ToString().ToLowerInvariant();
                return true;
            }

            if (length > 63 || position + 1 + length > message.Length || text.Length > 255)
                return false;
            text.Append(Encoding.ASCII.GetString(message.Slice(position + 1, length))).Append('.');
            position += length + 1;
        }

        return false;
    }
}
