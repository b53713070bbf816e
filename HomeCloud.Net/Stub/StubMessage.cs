using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Net.Stub;

/// <summary>Writes one question and reads one answer (RFC 1035 §4), as a phone does.</summary>
public static class StubMessage
{
    /// <returns>Empty when no name is written like that.</returns>
    public static byte[] Question(ushort id, string name, RecordType type, HeaderFlags flags = HeaderFlags.None)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        if (!DnsName.TryParse(name, wire, out var length))
            return [];
        var message = new byte[MessageHeader.Size + length + 4];
        MessageHeader.SetId(message, id);
        MessageHeader.SetFlags(message, HeaderFlags.RecursionDesired | flags);
        MessageHeader.SetCounts(message, 1, 0, 0, 0);
        wire[..length].CopyTo(message.AsSpan(MessageHeader.Size));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(message.Length - 4), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(message.Length - 2), (ushort)RecordClass.Internet);
        return message;
    }

    public static bool TryRead(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question, TimeSpan elapsed, [NotNullWhen(true)] out StubReply? reply)
    {
        reply = null;
        if (message.Length < question.Length || !IsReplyTo(message, MessageHeader.Id(question)) || MessageHeader.QuestionCount(message) != 1)
            return false;

        List<IPAddress> addresses = [];
        List<string> texts = [];
        List<string> names = [];
        string? soa = null;
        Span<byte> owner = stackalloc byte[DnsName.MaxLength];
        var answers = MessageHeader.AnswerCount(message);
        var records = answers + MessageHeader.AuthorityCount(message);
        var reader = new MessageReader(message, question.Length);
        for (var i = 0; i < records; i++)
        {
            var name = new MessageReader(message, reader.Position);
            if (!name.TryReadName(owner, out var length) || !reader.TryReadRecord(out var record))
                break;
            var data = message.Slice(record.DataOffset, record.DataLength);
            if (i >= answers)
                soa ??= record.Type == RecordType.Soa ? Text(owner[..length]) : null;
            else if ((record.Type == RecordType.A && data.Length == 4) || (record.Type == RecordType.Aaaa && data.Length == 16))
                addresses.Add(new IPAddress(data));
            else if (record.Type == RecordType.Txt)
                texts.Add(Strings(data));
            else if (record.Type == RecordType.Ptr && new MessageReader(message, record.DataOffset) is var target && target.TryReadName(owner, out length))
                names.Add(Text(owner[..length]));
        }

        reply = new StubReply(MessageHeader.ResponseCode(message), addresses, texts, soa, (MessageHeader.Flags(message) & HeaderFlags.AuthenticData) != 0, elapsed) { Names = names };
        return true;
    }

    /// <summary>Whether it is a response, and has the id of what was asked.</summary>
    public static bool IsReplyTo(ReadOnlySpan<byte> message, ushort id) =>
        message.Length >= MessageHeader.Size && MessageHeader.Id(message) == id && (MessageHeader.Flags(message) & HeaderFlags.Response) != 0;

    private static string Text(Span<byte> name)
    {
        DnsName.Fold(name);
        return DnsName.ToText(name);
    }

    private static string Strings(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        while (data.Length > 0 && data.Length > data[0])
        {
            text.Append(text.Length > 0 ? "; " : "").Append(Encoding.UTF8.GetString(data.Slice(1, data[0])));
            data = data[(data[0] + 1)..];
        }

        return text.ToString();
    }
}
