using System.Net.Sockets;

namespace HomeCloud.Net;

/// <summary>A Unix socket's file outlives its owner; only one that answers belongs to a process.</summary>
public static class UnixSocket
{
    public static bool IsAlive(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
