using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>Sends one router solicitation (RFC 4861 §4.1) and collects what routers announce.</summary>
public sealed class RouterProbe : IRouterProbe
{
    private const int RequiredHopLimit = 255;
    private static readonly IPAddress AllRouters = IPAddress.Parse("ff02::2");
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<IPAddress>> AnnouncedDnsServersAsync(string interfaceName, CancellationToken cancellationToken)
    {
        HashSet<IPAddress> servers = [];
        try
        {
            if (MachineInterfaces.Read().Interfaces.FirstOrDefault(found => found.Name == interfaceName) is not { Index: > 0 and var index })
                return [];
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6);
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, index);
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, RequiredHopLimit);
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(IPAddress.Parse("ff02::1"), index));
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Wait);
            // Type 133; the kernel fills in the checksum.
            await socket.SendToAsync(new byte[] { 133, 0, 0, 0, 0, 0, 0, 0 }, new IPEndPoint(new IPAddress(AllRouters.GetAddressBytes(), index), 0), deadline.Token);
            var buffer = new byte[1500];
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, deadline.Token);
                servers.UnionWith(RouterAdvertisement.DnsServers(buffer.AsSpan(0, length)));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [.. servers];
        }
        catch (SocketException)
        {
            // Not root, or no IPv6 here.
            return [];
        }
    }
}

public interface IRouterProbe
{
    /// <returns>IPv6 DNS servers that the LAN's routers announce; none when nobody does or this process may not ask.</returns>
    Task<IReadOnlyList<IPAddress>> AnnouncedDnsServersAsync(string interfaceName, CancellationToken cancellationToken);
}
