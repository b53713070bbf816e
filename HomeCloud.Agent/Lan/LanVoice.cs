using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>Tells the LAN who has an address now. Needs CAP_NET_RAW; without it nothing is sent.</summary>
internal sealed class LanVoice(TimeProvider time) : ILanVoice
{
    /// <summary>RFC 5227 §1.1: ANNOUNCE_NUM. The second is for a kernel that takes no change within a second of the one before, and for Wi-Fi.</summary>
    private const int Announcements = 2;

    /// <summary>RFC 5227 §1.1: ANNOUNCE_INTERVAL.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public async Task AnnounceAsync(IPAddress address, string mac, CancellationToken cancellationToken)
    {
        if (LinkLayerAddress.Octets(mac) is not { } owner || WayTo.Find(address, MachineInterfaces.Read().Interfaces) is not { } way)
            return;
        try
        {
            using var socket = PacketSocket.OpenArp(way.Number);
            for (var sent = 0; sent < Announcements; sent++)
            {
                if (sent > 0)
                    await Task.Delay(Interval, time, cancellationToken);
                foreach (var frame in AddressAnnouncement.Create(address, owner, way.Mac))
                    await socket.SendAsync(frame, cancellationToken);
            }
        }
        catch (SocketException)
        {
            // Not permitted, or the interface is gone: devices find out by themselves, later.
        }
    }
}

public interface ILanVoice
{
    /// <summary>Tells the LAN that <paramref name="address"/> is at the link-layer address <paramref name="mac"/> now; returns after the last frame.</summary>
    Task AnnounceAsync(IPAddress address, string mac, CancellationToken cancellationToken);
}
