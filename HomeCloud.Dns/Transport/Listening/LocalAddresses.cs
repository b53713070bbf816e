using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Transport.Listening;

/// <summary>The addresses of this machine.</summary>
internal static class LocalAddresses
{
    // Bridges and pairs made by container engines and hypervisors: their guests reach the LAN address as well.
    private static readonly string[] GuestInterfaces = ["docker", "br-", "veth", "virbr", "vnet", "cni", "podman"];

    public static IReadOnlyList<IPAddress> All() => [.. MachineInterfaces.Read().Addresses];

    /// <summary>Where to listen when nobody says: loopback, private IPv4 (RFC 1918, RFC 6598) and all IPv6 that is not link-local.</summary>
    public static IReadOnlyList<IPAddress> ToListenOn() => ToListenOn(MachineInterfaces.Read());

    /// <inheritdoc cref="ToListenOn()"/>
    public static IReadOnlyList<IPAddress> ToListenOn(MachineReading machine) =>
    [
        .. machine.Interfaces
            .Where(found => found.IsUp && !GuestInterfaces.Any(prefix => found.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .SelectMany(found => found.Addresses)
            .Select(found => found.Address)
            .Where(IsSuitable)
            .Distinct(),
    ];

    /// <summary>Whether a socket can be bound to it now: true also for what no interface lists, such as 127.0.0.9 or a whole local route.</summary>
    public static bool IsHere(IPAddress address)
    {
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    internal static bool IsSuitable(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? !address.IsIPv6LinkLocal && !address.IsIPv6Multicast
        : address.Equals(IPAddress.Loopback) || AddressPrefixes.PrivateIPv4.Contains(ClientAddress.From(address));
}
