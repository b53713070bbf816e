using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Dns.Transport;

/// <summary>Creates and binds the sockets of UDP workers.</summary>
internal static class UdpSocket
{
    /// <summary>How long a blocking receive lasts at most, so that a stop is noticed.</summary>
    public static readonly TimeSpan ReceiveTimeout = TimeSpan.FromMilliseconds(500);

    public static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <param name="shared">Whether several sockets of ours share the port (SO_REUSEPORT).</param>
    /// <exception cref="SocketException">Bind failed, or an option is not known.</exception>
    public static Socket Bind(IPEndPoint local, bool shared, int receiveBufferBytes)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // An IPv6 wildcard is IPv6 only: it can stand beside an IPv4 wildcard.
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.ReceiveBufferSize = receiveBufferBytes;
            socket.ReceiveTimeout = (int)ReceiveTimeout.TotalMilliseconds;
            if (OperatingSystem.IsLinux())
                SetLinuxOptions(socket, local, shared);
            socket.Bind(local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void SetLinuxOptions(Socket socket, IPEndPoint local, bool shared)
    {
        if (shared)
            SocketOption.Set(socket, SocketOption.LevelSocket, SocketOption.ReusePort, 1);

        if (local.AddressFamily == AddressFamily.InterNetwork)
        {
            SocketOption.Set(socket, SocketOption.LevelIPv4, SocketOption.PathMtuDiscovery4, SocketOption.PathMtuOmit);
            if (IsWildcard(local.Address))
                SocketOption.Set(socket, SocketOption.LevelIPv4, SocketOption.LocalAddress4, 1);
        }
        else
        {
            SocketOption.Set(socket, SocketOption.LevelIPv6, SocketOption.PathMtuDiscovery6, SocketOption.PathMtuOmit);
            if (IsWildcard(local.Address))
                SocketOption.Set(socket, SocketOption.LevelIPv6, SocketOption.ReceiveLocalAddress6, 1);
        }
    }
}
