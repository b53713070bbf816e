using System.Buffers.Binary;
using System.Net;
using System.Text;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Messages;

/// <summary>A response as dig would print it, section by section. Throws when the message is malformed, which is what a test wants.</summary>
internal sealed class MessageText
{
    private readonly byte[] _message;

    private MessageText(byte[] message) => _message = message;

    public ushort Id => MessageHeader.Id(_message);

    public HeaderFlags Flags => MessageHeader.Flags(_message);

    public string Code { get; private set; } = "";

    /// <summary>Flag mnemonics in dig's order, QR left out.</summary>
    public string FlagText { get; private set; } = "";

    public string Question { get; private set; } = "";

    public List<string> Answer { get; } = [];

    public List<string> Authority { get; } = [];

    public List<string> Additional { get; } = [];

    /// <summary>The OPT record: UDP size, <c>do</c>, and its options; null without one.</summary>
    public string? Opt { get; private set; }

    public List<string> Options { get; } = [];

    public int Length => _message.Length;

    public static MessageText Parse(ReadOnlySpan<byte> message)
    {
        var text = new MessageText(message.ToArray());
        text.Read();
        return text;
    }

    private void Read()
    {
        var reader = new MessageReader(_message);
        var code = (int)MessageHeader.ResponseCode(_message);
        var flags = Flags;
        FlagText = string.Join(' ', new[]
        {
            (HeaderFlags.Authoritative, "aa"), (HeaderFlags.Truncated, "tc"), (HeaderFlags.RecursionDesired, "rd"),
            (HeaderFlags.RecursionAvailable, "ra"), (HeaderFlags.Reserved, "z"), (HeaderFlags.AuthenticData, "ad"),
            (HeaderFlags.CheckingDisabled, "cd"),
        }.Where(flag => (flags & flag.Item1) != 0).Select(flag => flag.Item2));

        for (var i = 0; i < MessageHeader.QuestionCount(_message); i++)
            Question = ReadName(ref reader) + ReadQuestion(ref reader);
        for (var i = 0; i < MessageHeader.AnswerCount(_message); i++)
            Answer.Add(ReadRecord(ref reader, ref code));
        for (var i = 0; i < MessageHeader.AuthorityCount(_message); i++)
            Authority.Add(ReadRecord(ref reader, ref code));
        for (var i = 0; i < MessageHeader.AdditionalCount(_message); i++)
        {
            if (ReadRecord(ref reader, ref code) is { Length: > 0 } record)
                Additional.Add(record);
        }

        if (!reader.AtEnd)
            throw new FormatException("octets after the last record");
        Code = code switch
        {
            0 => "NOERROR",
            1 => "FORMERR",
            2 => "SERVFAIL",
            3 => "NXDOMAIN",
            4 => "NOTIMP",
            5 => "REFUSED",
            9 => "NOTAUTH",
            16 => "BADVERS",
            23 => "BADCOOKIE",
            _ => $"RCODE{code}",
        };
    }

    private static string ReadQuestion(ref MessageReader reader)
    {
        if (!reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var @class))
            throw new FormatException("question cut off");
        return $" {ClassText(@class)} {TypeText(type)}";
    }

    private static string ReadName(ref MessageReader reader)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return reader.TryReadName(name, out var length) ? DnsName.ToText(name[..length]) : throw new FormatException("bad name");
    }

    private string ReadRecord(ref MessageReader reader, ref int code)
    {
        if (!reader.TryReadRecord(out var record))
            throw new FormatException("bad record");
        var data = _message.AsSpan(record.DataOffset, record.DataLength);
        if (record.Type == RecordType.Opt)
        {
            ReadOpt(record, data);
            code |= (int)(record.Ttl >> 24) << 4;
            return "";
        }

        var names = new MessageReader(_message, record.NameOffset);
        return $"{ReadName(ref names)} {record.Ttl} {ClassText((ushort)record.Class)} {TypeText((ushort)record.Type)} {DataText(record, data)}";
    }

    private string DataText(RecordView record, ReadOnlySpan<byte> data)
    {
        var reader = new MessageReader(_message.AsSpan(0, record.End), record.DataOffset);
        switch (record.Type)
        {
            case RecordType.A or RecordType.Aaaa:
                return new IPAddress(data).ToString();
            case RecordType.Cname or RecordType.Ns or RecordType.Ptr:
                return WholeData(ReadName(ref reader), reader);
            case RecordType.Srv:
                reader.TryReadUInt16(out var priority);
                reader.TryReadUInt16(out var weight);
                reader.TryReadUInt16(out var port);
                return WholeData($"{priority} {weight} {port} {ReadName(ref reader)}", reader);
            case RecordType.Soa:
                var soa = $"{ReadName(ref reader)} {ReadName(ref reader)}";
                for (var i = 0; i < 5; i++)
                    soa += reader.TryReadUInt32(out var number) ? i == 0 ? " SERIAL" : $" {number}" : throw new FormatException("SOA cut off");
                return WholeData(soa, reader);
            case RecordType.Txt:
                return Strings(data);
            default:
                return RecordDataText.Format(_message.AsSpan(0, record.End), record.Type, record.DataOffset, record.DataLength);
        }
    }

    private static string WholeData(string text, in MessageReader reader) =>
        reader.AtEnd ? text : throw new FormatException("RDATA longer than its content");

    private static string Strings(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        while (!data.IsEmpty)
        {
            text.Append(text.Length == 0 ? "\"" : " \"").Append(Encoding.UTF8.GetString(data.Slice(1, data[0]))).Append('"');
            data = data[(1 + data[0])..];
        }

        return text.ToString();
    }

    private void ReadOpt(RecordView record, ReadOnlySpan<byte> data)
    {
        if (Opt is not null)
            throw new FormatException("two OPT records");
        Opt = $"{(ushort)record.Class}{((record.Ttl & 0x8000) != 0 ? " do" : "")}";
        var options = new EdnsOptionReader(data);
        while (options.TryReadOption(out var code, out var value))
        {
            Options.Add(code switch
            {
                EdnsOptionCode.Cookie => $"cookie {value.Length}",
                EdnsOptionCode.Nsid => $"nsid {Encoding.ASCII.GetString(value)}",
                EdnsOptionCode.TcpKeepalive => $"keepalive {BinaryPrimitives.ReadUInt16BigEndian(value)}",
                EdnsOptionCode.Padding => "padding",
                EdnsOptionCode.ExtendedError => $"ede {BinaryPrimitives.ReadUInt16BigEndian(value)} {Encoding.UTF8.GetString(value[2..])}".TrimEnd(),
                _ => $"option {(ushort)code}",
            });
        }

        if (!options.AtEnd)
            throw new FormatException("bad options");
    }

    private static string ClassText(ushort value) => value switch { 1 => "IN", 3 => "CH", _ => $"CLASS{value}" };

    private static string TypeText(ushort value) => Enum.IsDefined((RecordType)value)
        ? ((RecordType)value).ToString().ToUpperInvariant()
        : RecordGrammar.TypeText((RecordType)value);
}
