using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>Names under in-addr.arpa (RFC 1035 §3.5) and ip6.arpa (RFC 3596 §2.5).</summary>
public static class ReverseName
{
    private static readonly byte[] InAddr = DnsName.Parse("in-addr.arpa");
    private static readonly byte[] Ip6 = DnsName.Parse("ip6.arpa");

    /// <summary>The reverse name of an address.</summary>
    public static byte[] Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var size);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return name[..Write(octets[..size], name, out _)].ToArray();
    }

    /// <summary>Writes the reverse name of an address, 4 or 16 octets in network order.</summary>
    /// <param name="address">The address.</param>
    /// <param name="name">At least 74 octets.</param>
    /// <param name="zoneStart">Where the name of the address's /24 or /64 begins, which is the zone it belongs to.</param>
    /// <returns>Octets written.</returns>
    public static int Write(ReadOnlySpan<byte> address, Span<byte> name, out int zoneStart)
    {
        var length = 0;
        zoneStart = 0;
        for (var i = address.Length - 1; i >= 0; i--)
        {
            if (i == (address.Length == 4 ? 2 : 7))
                zoneStart = length;
            length += address.Length == 4 ? WriteDecimal(address[i], name[length..]) : WriteNibbles(address[i], name[length..]);
        }

        var suffix = address.Length == 4 ? InAddr : Ip6;
        suffix.CopyTo(name[length..]);
        return length + suffix.Length;
    }

    private static int WriteDecimal(byte value, Span<byte> label)
    {
        value.TryFormat(label[1..], out var digits);
        label[0] = (byte)digits;
        return digits + 1;
    }

    private static int WriteNibbles(byte value, Span<byte> labels)
    {
        labels[0] = labels[2] = 1;
        labels[1] = (byte)"0123456789abcdef"[value & 0xF];
        labels[3] = (byte)"0123456789abcdef"[value >> 4];
        return 4;
    }
}
