using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>The interface on which the kernel reaches an address of the LAN.</summary>
internal static class WayTo
{
    private const int EthernetMac = 6;
    private const ushort Discard = 9; // RFC 863

    /// <summary>Choosing a way to the address sends nothing.</summary>
    /// <returns>Null when there is none, or it is no Ethernet.</returns>
    public static MachineInterface? Find(IPAddress address, IEnumerable<MachineInterface> interfaces)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(address, Discard));
            var own = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return interfaces.FirstOrDefault(found => found.Number > 0 && found.Mac.Length == EthernetMac && found.Has(own));
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
