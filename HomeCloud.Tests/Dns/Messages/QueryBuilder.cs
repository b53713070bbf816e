using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Messages;

/// <summary>Queries of every shape, well-formed ones by default.</summary>
internal sealed class QueryBuilder(string name, RecordType type)
{
    private readonly List<(EdnsOptionCode Code, byte[] Value)> _options = [];

    public ushort Id { get; set; } = 0x4711;

    public HeaderFlags Flags { get; set; } = HeaderFlags.RecursionDesired;

    public Opcode Opcode { get; set; }

    public RecordClass Class { get; set; } = RecordClass.Internet;

    /// <summary>The OPT record's UDP size; null leaves the record out.</summary>
    public ushort? UdpSize { get; set; }

    public byte Version { get; set; }

    public bool DnssecOk { get; set; }

    public QueryBuilder Option(EdnsOptionCode code, params byte[] value)
    {
        UdpSize ??= 1232;
        _options.Add((code, value));
        return this;
    }

    public byte[] Build()
    {
        var buffer = new byte[1024];
        MessageHeader.SetId(buffer, Id);
        MessageHeader.SetFlags(buffer, Flags | (HeaderFlags)((int)Opcode << 11));
        MessageHeader.SetCounts(buffer, 1, 0, 0, UdpSize is null ? 0 : 1);
        DnsName.TryParse(name, buffer.AsSpan(12), out var length);
        var position = 12 + length;
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(position), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(position + 2), (ushort)Class);
        position += 4;
        if (UdpSize is { } size)
        {
            OptRecordWriter.TryBegin(buffer.AsSpan(position), size, ResponseCode.NoError, DnssecOk, out var opt);
            foreach (var (code, value) in _options)
                opt.TryWriteOption(code, value);
            buffer[position + 6] = Version;
            position += opt.Length;
        }

        return buffer[..position];
    }
}
