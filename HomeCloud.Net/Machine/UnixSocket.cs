using System.Net.Sockets;

namespace HomeCloud.Net.Machine;

/// <summary>A Unix socket's file outlives its owner; only one that answers belongs to a process.</summary>
public static class UnixSocket
{
    /// <exception cref="SocketException">Nobody listens there, or this user may not use it.</exception>
    public static ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken) =>
        OutgoingStream.ConnectAsync(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(path), cancellationToken);

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
