using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport.Native;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>Creates and binds the sockets of UDP workers.</summary>
internal static class UdpSocket
{
    /// <param name="shared">Whether several sockets of ours share the port (SO_REUSEPORT).</param>
    /// <param name="freely">Whether this machine has the address or not.</param>
    /// <exception cref="SocketException">Bind failed, or an option is not known.</exception>
    public static Socket Bind(IPEndPoint local, bool shared, int receiveBufferBytes, bool freely = false) =>
        Open(local, shared, receiveBufferBytes, socket =>
        {
            if (freely)
                SocketOption.BindFreely(socket);
            socket.Bind(local);
        });

    /// <summary>Binds one address of the port that <paramref name="wildcard"/> has; the new socket gets what comes to it.</summary>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public static Socket BindBeside(Socket wildcard, IPAddress address)
    {
        var local = new IPEndPoint(address, ((IPEndPoint)wildcard.LocalEndPoint!).Port);
        // Linux tells the size it made of the one that was asked for: twice as much.
        var receiveBufferBytes = OperatingSystem.IsLinux() ? wildcard.ReceiveBufferSize / 2 : wildcard.ReceiveBufferSize;
        return Open(local, shared: false, receiveBufferBytes, socket => BindShared(wildcard, socket, local));
    }

    /// <summary>
    /// Wakes who waits in a receive, for ever: it gets an empty message without a sender. Linux does so, and still says that the
    /// socket is not connected. Sending goes on.
    /// </summary>
    public static void EndReceiving(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException)
        {
            // ENOTCONN: the call still did its work.
        }
    }

    private static Socket Open(IPEndPoint local, bool shared, int receiveBufferBytes, Action<Socket> bind)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // An IPv6 wildcard is IPv6 only: it can stand beside an IPv4 wildcard.
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.ReceiveBufferSize = receiveBufferBytes;
            if (OperatingSystem.IsLinux())
                SetLinuxOptions(socket, local, shared);
            bind(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void BindShared(Socket wildcard, Socket socket, IPEndPoint local)
    {
        // Shared only for this moment: a second server must not get the port as well. Windows needs and allows none of it.
        ShareAddress(true);
        try
        {
            socket.Bind(local);
        }
        finally
        {
            ShareAddress(false);
        }

        void ShareAddress(bool shared)
        {
            if (OperatingSystem.IsWindows())
                return;
            wildcard.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, shared);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, shared);
        }
    }

    private static void SetLinuxOptions(Socket socket, IPEndPoint local, bool shared)
    {
        if (shared)
            SocketOption.Set(socket, SocketOption.LevelSocket, SocketOption.ReusePort, 1);

        if (local.AddressFamily == AddressFamily.InterNetwork)
        {
            SocketOption.Set(socket, SocketOption.LevelIPv4, SocketOption.PathMtuDiscovery4, SocketOption.PathMtuOmit);
            if (SpecialRanges.IsUnspecified(local.Address))
                SocketOption.Set(socket, SocketOption.LevelIPv4, SocketOption.LocalAddress4, 1);
        }
        else
        {
            SocketOption.Set(socket, SocketOption.LevelIPv6, SocketOption.PathMtuDiscovery6, SocketOption.PathMtuOmit);
            if (SpecialRanges.IsUnspecified(local.Address))
                SocketOption.Set(socket, SocketOption.LevelIPv6, SocketOption.ReceiveLocalAddress6, 1);
        }
    }
}
