using System.Net;

namespace HomeCloud.Net.Addresses;

/// <summary>Ranges of addresses that mean the home, the link or the machine itself.</summary>
public static class SpecialRanges
{
    /// <summary>Whether it is 0.0.0.0 or :: (RFC 4291 §2.5.2), which stands for all addresses where a program listens, and for none in an answer.</summary>
    public static bool IsUnspecified(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
    }

    /// <summary>
    /// Private (RFC 1918) and shared (RFC 6598) IPv4 addresses; VPN overlays use the latter. Where we listen unasked and who may
    /// ask there is this one list.
    /// </summary>
    public static IReadOnlyList<IPNetwork> PrivateIPv4 { get; } =
        [IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("100.64.0.0/10")];

    /// <summary>Private, loopback, link-local (RFC 3927, RFC 4291 §2.5.6) and unique local (RFC 4193) addresses.</summary>
    public static IReadOnlyList<IPNetwork> Local { get; } =
        [.. PrivateIPv4, IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10")];
}
