using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace HomeCloud.Dns.Transport;

/// <summary>The addresses of this machine.</summary>
internal static class LocalAddresses
{
    // Bridges and pairs made by container engines and hypervisors: their guests reach the LAN address as well.
    private static readonly string[] GuestInterfaces = ["docker", "br-", "veth", "virbr", "vnet", "cni", "podman"];

    public static IReadOnlyList<IPAddress> All() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(adapter => adapter.OperationalStatus != OperationalStatus.Down)
            .SelectMany(Unicast),
    ];

    /// <summary>Where to listen when nobody says: loopback, private IPv4 (RFC 1918, RFC 6598) and all IPv6 that is not link-local.</summary>
    public static IReadOnlyList<IPAddress> ToListenOn() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(adapter => adapter.OperationalStatus != OperationalStatus.Down
                && !GuestInterfaces.Any(prefix => adapter.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .SelectMany(Unicast)
            .Where(IsSuitable)
            .Distinct(),
    ];

    internal static bool IsSuitable(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !address.IsIPv6LinkLocal && !address.IsIPv6Multicast;

        var bytes = address.GetAddressBytes();
        return address.Equals(IPAddress.Loopback)
            || bytes[0] == 10
            || (bytes[0] == 172 && (bytes[1] & 0xF0) == 16)
            || (bytes[0] == 192 && bytes[1] == 168)
            || (bytes[0] == 100 && (bytes[1] & 0xC0) == 64);
    }

    private static IEnumerable<IPAddress> Unicast(NetworkInterface adapter) =>
        adapter.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address);
}
