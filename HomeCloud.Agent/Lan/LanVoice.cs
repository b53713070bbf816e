using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>Tells the LAN who has an address now. Needs CAP_NET_RAW; without it nothing is sent.</summary>
internal sealed class LanVoice : ILanVoice
{
    public async Task AnnounceAsync(IPAddress address, string mac, CancellationToken cancellationToken)
    {
        if (LinkLayerAddress.Octets(mac) is not { } owner || WayTo.Find(address, MachineInterfaces.Read().Interfaces) is not { } way)
            return;
        try
        {
            using var socket = PacketSocket.OpenArp(way.Number);
            foreach (var frame in AddressAnnouncement.Create(address, owner, way.Mac))
                await socket.SendAsync(frame, cancellationToken);
        }
        catch (SocketException)
        {
            // Not permitted, or the interface is gone: devices find out by themselves, later.
        }
    }
}

public interface ILanVoice
{
    /// <summary>Tells the LAN that <paramref name="address"/> is at the link-layer address <paramref name="mac"/> now, once.</summary>
    Task AnnounceAsync(IPAddress address, string mac, CancellationToken cancellationToken);
}
