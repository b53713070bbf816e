using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Bench.Measuring;

/// <summary>Ports on loopback that nobody uses now.</summary>
internal static class FreePort
{
    /// <summary>Free for UDP and for TCP.</summary>
    public static IPEndPoint OfBoth()
    {
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(tcp.LocalEndPoint!);
        return (IPEndPoint)tcp.LocalEndPoint!;
    }
}
