using System.Buffers.Binary;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>A message taken apart for a test to look at. Reading a malformed one throws: a test wants to know.</summary>
public sealed class DnsMessage
{
    public required byte[] Octets { get; init; }

    public ushort Id => MessageHeader.Id(Octets);

    public HeaderFlags Flags => MessageHeader.Flags(Octets);

    public ResponseCode Code { get; private set; }

    /// <summary>As written, letter case included.</summary>
    public string Name { get; private set; } = "";

    public RecordType Type { get; private set; }

    public List<string> Answers { get; } = [];

    /// <summary>RDATA of the answers as it came, in hexadecimal: <see cref="Answers"/> hides compression.</summary>
    public List<string> AnswerData { get; } = [];

    public List<string> Authorities { get; } = [];

    /// <summary>Without OPT.</summary>
    public List<string> Additionals { get; } = [];

    public bool HasEdns { get; private set; }

    public bool DnssecOk { get; private set; }

    public int UdpSize { get; private set; }

    public List<(EdeCode Code, string Text)> Errors { get; } = [];

    public Dictionary<EdnsOptionCode, byte[]> Options { get; } = [];

    public bool Has(HeaderFlags flag) => (Flags & flag) != 0;

    public static DnsMessage Parse(ReadOnlySpan<byte> octets)
    {
        var message = new DnsMessage { Octets = octets.ToArray(), Code = MessageHeader.ResponseCode(octets) };
        var reader = new MessageReader(message.Octets);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        for (var i = 0; i < MessageHeader.QuestionCount(octets); i++)
        {
            Require(reader.TryReadName(name, out var length) && reader.TryReadUInt16(out _) && reader.TryReadUInt16(out _));
            message.Name = DnsName.ToText(name[..length]);
            message.Type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(message.Octets.AsSpan(reader.Position - 4));
        }

        message.ReadSection(ref reader, MessageHeader.AnswerCount(octets), message.Answers);
        message.ReadSection(ref reader, MessageHeader.AuthorityCount(octets), message.Authorities);
        message.ReadSection(ref reader, MessageHeader.AdditionalCount(octets), message.Additionals);
        Require(reader.AtEnd);
        return message;
    }

    /// <summary>A query with one question; <paramref name="edns"/> is the UDP size to offer, 0 for no OPT record.</summary>
    public static byte[] Query(string name, RecordType type, ushort id = 0x1234, int edns = 1232, bool dnssecOk = false, HeaderFlags flags = HeaderFlags.RecursionDesired)
    {
        var buffer = new byte[512];
        MessageHeader.SetId(buffer, id);
        MessageHeader.SetFlags(buffer, flags);
        MessageHeader.SetCounts(buffer, 1, 0, 0, edns > 0 ? 1 : 0);
        var wire = DnsName.Parse(name);
        wire.CopyTo(buffer, MessageHeader.Size);
        var end = MessageHeader.Size + wire.Length + 4;
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(end - 4), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(end - 2), 1);
        if (edns > 0 && OptRecordWriter.TryBegin(buffer.AsSpan(end), (ushort)edns, ResponseCode.NoError, dnssecOk, out var opt))
            end += opt.Length;
        return buffer[..end];
    }

    public override string ToString() =>
        $"{Code} [{Flags}] {Name} {Type}\n an: {string.Join("; ", Answers)}\n ns: {string.Join("; ", Authorities)}\n ar: {string.Join("; ", Additionals)}\n ede: {string.Join("; ", Errors)}";

    private static void Require(bool well)
    {
        if (!well)
            throw new FormatException("The message is malformed.");
    }

    private void ReadSection(ref MessageReader reader, int count, List<string> section)
    {
        for (var i = 0; i < count; i++)
        {
            Require(reader.TryReadRecord(out var record));
            if (record.Type == RecordType.Opt)
                ReadOpt(record);
            else
                section.Add(RecordText.Decode(Octets, record));
            if (section == Answers)
                AnswerData.Add(Convert.ToHexStringLower(Octets.AsSpan(record.DataOffset, record.DataLength)));
        }
    }

    private void ReadOpt(RecordView opt)
    {
        HasEdns = true;
        UdpSize = (int)opt.Class;
        DnssecOk = (opt.Ttl & 0x8000) != 0;
        Code = (ResponseCode)((int)Code | (int)(opt.Ttl >> 24 << 4));
        var options = new EdnsOptionReader(Octets.AsSpan(opt.DataOffset, opt.DataLength));
        while (options.TryReadOption(out var code, out var value))
        {
            Options[code] = value.ToArray();
            if (code == EdnsOptionCode.ExtendedError)
                Errors.Add(((EdeCode)BinaryPrimitives.ReadUInt16BigEndian(value), Encoding.UTF8.GetString(value[2..])));
        }
    }
}
