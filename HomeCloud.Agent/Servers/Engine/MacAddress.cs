using System.Net;
using System.Security.Cryptography;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Engine;

public static class MacAddress
{
    private const int InterfaceIdentifierBits = 64;

    /// <summary>A random unicast address from the locally administered range (IEEE 802 §8.4).</summary>
    public static string Create()
    {
        Span<byte> bytes = stackalloc byte[6];
        RandomNumberGenerator.Fill(bytes);
        bytes[0] = (byte)((bytes[0] & 0b1111_1100) | 0b0000_0010);
        return LinkLayerAddress.Text(bytes);
    }

    /// <summary>
    /// The IPv6 address that belongs to a link-layer address (modified EUI-64, RFC 4291 Appendix A). No two servers ever have the
    /// same, so that no device on the LAN knows it by the MAC of a server that is gone.
    /// </summary>
    /// <returns>Null unless <paramref name="subnet"/> leaves 64 bits for it.</returns>
    public static IPAddress? AddressIn(IPNetwork? subnet, string mac)
    {
        if (subnet is not { PrefixLength: <= 128 - InterfaceIdentifierBits, BaseAddress: var network })
            return null;

        var octets = LinkLayerAddress.Octets(mac) ?? throw new FormatException($"'{mac}' is not an Ethernet address.");
        return new IPAddress(
        [
            .. network.GetAddressBytes().AsSpan(0, 8),
            (byte)(octets[0] ^ 0b0000_0010), octets[1], octets[2], 0xFF, 0xFE, octets[3], octets[4], octets[5],
        ]);
    }
}
