using System.Buffers.Binary;
using System.Net.Sockets;

namespace HomeCloud.Net.Addresses;

/// <summary>Addresses that no public name has a business with: a web page could reach into the home through them (DNS rebinding).</summary>
public static class PrivateAddresses
{
    // All that is local, and 0/8 (RFC 1122 §3.2.1.3).
    private static readonly (uint Network, int Length)[] V4 =
    [
        (0, 8),
        .. SpecialRanges.Local
            .Where(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            .Select(network => (BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes()), network.PrefixLength)),
    ];

    /// <param name="address">4 or 16 octets in network order, as in A and AAAA RDATA.</param>
    public static bool Contains(ReadOnlySpan<byte> address) => address.Length switch
    {
        4 => ContainsV4(BinaryPrimitives.ReadUInt32BigEndian(address)),
        16 => ContainsV6(address),
        _ => false,
    };

    private static bool ContainsV4(uint address)
    {
        foreach (var (network, length) in V4)
        {
            if ((address ^ network) >> (32 - length) == 0)
                return true;
        }

        return false;
    }

    private static bool ContainsV6(ReadOnlySpan<byte> address)
    {
        var high = BinaryPrimitives.ReadUInt64BigEndian(address);
        var low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);

        // ::, ::1, IPv4-compatible and IPv4-mapped addresses (RFC 4291 §2.5.5) end up at an IPv4 address.
        if (high == 0)
        {
            var prefix = low >> 32;
            if (prefix is 0 or 0xFFFF)
                return ContainsV4((uint)low);
        }

        // 64:ff9b::/96 (RFC 6052) is translated to IPv4 by the home's own router.
        if (high == 0x0064FF9B_00000000 && low >> 32 == 0)
            return ContainsV4((uint)low);

        return (address[0] & 0xFE) == 0xFC                          // fc00::/7, RFC 4193
            || (address[0] == 0xFE && (address[1] & 0x80) == 0x80); // fe80::/10 link-local and fec0::/10 site-local
    }
}
