using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Hosting;

/// <summary>Queries as a stub writes them.</summary>
internal static class QueryBytes
{
    public static byte[] Of(string name, RecordType type, ushort id = 0x1234)
    {
        var wire = DnsName.Parse(name);
        var query = new byte[12 + wire.Length + 4];
        BinaryPrimitives.WriteUInt16BigEndian(query, id);
        query[2] = 1;
        query[5] = 1;
        wire.CopyTo(query, 12);
        BinaryPrimitives.WriteUInt16BigEndian(query.AsSpan(12 + wire.Length), (ushort)type);
        query[^1] = 1;
        return query;
    }
}
