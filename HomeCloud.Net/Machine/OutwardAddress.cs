using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Net.Machine;

/// <summary>Which address of this machine the default route uses.</summary>
public static class OutwardAddress
{
    /// <summary>Documentation addresses (RFC 5737, RFC 3849): the route to them is the default route, and nothing is sent.</summary>
    private static readonly IPAddress Elsewhere4 = IPAddress.Parse("192.0.2.1");

    private static readonly IPAddress Elsewhere6 = IPAddress.Parse("2001:db8::1");

    /// <returns>Null without a route, or without such a family.</returns>
    public static IPAddress? Of(AddressFamily family)
    {
        try
        {
            using var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(family == AddressFamily.InterNetwork ? Elsewhere4 : Elsewhere6, 53);
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
