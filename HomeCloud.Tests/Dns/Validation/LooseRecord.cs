using System.Buffers.Binary;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>A record of a message that a test changes or makes; its names are not compressed.</summary>
internal sealed record LooseRecord(bool IsAuthority, byte[] Owner, RecordType Type, uint Ttl, byte[] Data)
{
    /// <summary>The type that a signature signs; None: it is no signature.</summary>
    public RecordType Covers => Type == RecordType.Rrsig ? (RecordType)BinaryPrimitives.ReadUInt16BigEndian(Data) : RecordType.None;

    /// <summary>The response of a recursive server with these records.</summary>
    public static byte[] Compose(DnsMessage query, ResponseCode code, IReadOnlyList<LooseRecord> records)
    {
        var octets = new List<byte>(query.Octets[..(12 + DnsName.Measure(query.Octets.AsSpan(12)) + 4)]);
        foreach (var record in records.OrderBy(record => record.IsAuthority))
        {
            octets.AddRange(record.Owner);
            var head = new byte[10];
            BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)record.Type);
            head[3] = 1;
            BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), record.Ttl);
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)record.Data.Length);
            octets.AddRange(head);
            octets.AddRange(record.Data);
        }

        octets.AddRange((byte[])[0, 0, 41, 4, 208, 0, 0, 0x80, 0, 0, 0]);
        var message = octets.ToArray();
        MessageHeader.SetFlags(message, HeaderFlags.Response | HeaderFlags.RecursionAvailable | (query.Flags & (HeaderFlags.RecursionDesired | HeaderFlags.CheckingDisabled)) | (HeaderFlags)code);
        MessageHeader.SetCounts(message, 1, records.Count(record => !record.IsAuthority), records.Count(record => record.IsAuthority), 1);
        return message;
    }
}
