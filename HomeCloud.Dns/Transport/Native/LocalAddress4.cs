using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary><c>struct in_pktinfo</c>: 12 bytes. Received: where a datagram arrived. Sent: the source address it leaves from.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LocalAddress4
{
    /// <summary>Interface index; 0 on sending leaves the choice to routing.</summary>
    public int InterfaceIndex;

    /// <summary>The address of ours to answer from, in network order.</summary>
    public uint Local;

    /// <summary>Destination in the IP header, in network order; differs from <see cref="Local"/> for broadcasts.</summary>
    public uint Destination;
}
