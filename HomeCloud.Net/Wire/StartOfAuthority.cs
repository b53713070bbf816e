using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>RDATA of SOA (RFC 1035 §3.3.13).</summary>
public static class StartOfAuthority
{
    /// <summary>Length of the five numbers at the end, of which the first is the serial.</summary>
    public const int NumbersLength = 20;

    /// <param name="server">MNAME in wire form.</param>
    /// <param name="person">RNAME in wire form.</param>
    /// <param name="serial">Of the zone's content.</param>
    /// <param name="refresh">Seconds.</param>
    /// <param name="retry">Seconds.</param>
    /// <param name="expire">Seconds.</param>
    /// <param name="minimum">How long a negative answer may be kept (RFC 2308 §4), in seconds.</param>
    public static byte[] Data(ReadOnlySpan<byte> server, ReadOnlySpan<byte> person, uint serial, uint refresh, uint retry, uint expire, uint minimum)
    {
        var data = new byte[server.Length + person.Length + NumbersLength];
        server.CopyTo(data);
        person.CopyTo(data.AsSpan(server.Length));
        var numbers = data.AsSpan(data.Length - NumbersLength);
        BinaryPrimitives.WriteUInt32BigEndian(numbers, serial);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[4..], refresh);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[8..], retry);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[12..], expire);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[16..], minimum);
        return data;
    }
}
