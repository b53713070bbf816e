using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>Registry records → content of nodes, valid until the next is rendered. Not for use by several threads at once.</summary>
internal sealed class NodeRendering(int longestOrigin)
{
    private readonly RecordSetBuilder _builder = new();
    private readonly ArrayBufferWriter<byte> _text = new(512);
    private readonly byte[] _name = new byte[DnsName.MaxLength];

    /// <summary>The node at the record's own name.</summary>
    public NodeContent Render(NameRecord record)
    {
        _builder.Clear();
        var ttl = (uint)Math.Max(0, record.Ttl);
        if (record.AliasOf is { } target)
        {
            // No other data beside a CNAME, RFC 1034 §3.6.2.
            if (RelativeName.TryParse(target, longestOrigin, _name, out var relative))
                _builder.Add(RecordType.Cname, ttl, relative, endsInRelativeName: true);
            return new NodeContent(_builder.Content, default, NodeKind.Name);
        }

        AddAddresses(record, ttl, AddressFamily.InterNetwork, RecordType.A);
        AddAddresses(record, ttl, AddressFamily.InterNetworkV6, RecordType.Aaaa);
        _text.ResetWrittenCount();
        DescriptiveText.WriteTxtData(record, _text);
        _builder.Add(RecordType.Txt, ttl, _text.WrittenSpan);
        var why = DescriptiveText.WhyNoAddress(record);
        return new NodeContent(_builder.Content, why is null ? default : NodeExplanation.Pack(why, record.Since), KindOf(record));
    }

    /// <summary>The SRV RRset of one service, RFC 2782.</summary>
    public NodeContent RenderService(NameRecord record, IEnumerable<ServiceEndpoint> endpoints)
    {
        _builder.Clear();
        if (RelativeName.TryParse(record.Name, longestOrigin, _name, out var target))
        {
            Span<byte> data = stackalloc byte[6 + DnsName.MaxLength];
            foreach (var endpoint in endpoints)
            {
                BinaryPrimitives.WriteUInt16BigEndian(data, endpoint.Priority);
                BinaryPrimitives.WriteUInt16BigEndian(data[2..], endpoint.Weight);
                BinaryPrimitives.WriteUInt16BigEndian(data[4..], endpoint.Port);
                target.CopyTo(data[6..]);
                _builder.Add(RecordType.Srv, (uint)Math.Max(0, record.Ttl), data[..(6 + target.Length)], endsInRelativeName: true);
            }
        }

        return new NodeContent(_builder.Content, default, KindOf(record));
    }

    /// <summary>The PTR RRset of an address.</summary>
    public NodeContent RenderPointers(ReadOnlySpan<NameRecord> records, ReadOnlySpan<byte> origin)
    {
        _builder.Clear();
        Span<byte> data = stackalloc byte[DnsName.MaxLength];
        foreach (var record in records)
        {
            if (!RelativeName.TryParse(record.Name, longestOrigin, _name, out var relative))
                continue;
            relative.CopyTo(data);
            origin.CopyTo(data[relative.Length..]);
            _builder.Add(RecordType.Ptr, (uint)Math.Max(0, record.Ttl), data[..(relative.Length + origin.Length)]);
        }

        return new NodeContent(_builder.Content, default, NodeKind.Name);
    }

    private static NodeKind KindOf(NameRecord record) => SleeperTable.IsCallable(record) ? NodeKind.Sleeping : NodeKind.Name;

    private void AddAddresses(NameRecord record, uint ttl, AddressFamily family, RecordType type)
    {
        Span<byte> data = stackalloc byte[16];
        foreach (var address in record.Addresses)
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            if (plain.AddressFamily == family && plain.TryWriteBytes(data, out var length))
                _builder.Add(type, ttl, data[..length]);
        }
    }
}
