using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace HomeCloud.Agent.Web.Listening;

/// <summary>
/// The page's address may come after the agent (a cable that is plugged in late): Linux binds it all the same when told to,
/// and serves it from the moment it is there (IP_FREEBIND in ip(7); ipv6(7) has its twin).
/// </summary>
internal static class LateAddress
{
    private const int LevelIPv4 = 0;
    private const int FreeBind4 = 15;
    private const int LevelIPv6 = 41;
    private const int FreeBind6 = 78;

    /// <summary>For <see cref="SocketTransportOptions.CreateBoundListenSocket"/>.</summary>
    public static Socket CreateBound(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint)
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel's own: [::] takes IPv4 too.
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            Allow(socket);
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void Allow(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return;
        ReadOnlySpan<int> on = [1];
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
            socket.SetRawSocketOption(LevelIPv6, FreeBind6, MemoryMarshal.AsBytes(on));
        else
            socket.SetRawSocketOption(LevelIPv4, FreeBind4, MemoryMarshal.AsBytes(on));
    }
}
