using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HomeCloud.Net.Machine;

/// <summary>
/// TCP sockets towards others, whose peer may vanish without a word: the kernel asks one that is silent, and waits for none that
/// acknowledges nothing. It would else go on for a quarter of an hour (tcp(7): tcp_retries2).
/// </summary>
public static class OutgoingStream
{
    /// <summary>What the kernel gives a peer to acknowledge; then the connection is broken. Longer than a Wi-Fi client roams.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(11);

    private const int LevelTcp = 6;

    // tcp(7), since Linux 2.6.37; System.Net has no name for it.
    private const int TcpUserTimeout = 18;

    /// <summary>A socket for both families that notices a silent peer.</summary>
    public static Socket Create() => Watch(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });

    /// <inheritdoc cref="Create()"/>
    public static Socket Create(AddressFamily family) => Watch(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });

    /// <summary>Connects a socket, which belongs to the stream then; one that cannot is closed.</summary>
    /// <exception cref="SocketException">The other side cannot be reached.</exception>
    public static async ValueTask<Stream> ConnectAsync(Socket socket, EndPoint peer, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(peer, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Makes a TCP socket notice a silent peer within <see cref="Patience"/>, whether it waits or has sent something.</summary>
    public static Socket Watch(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
        {
            var milliseconds = (int)Patience.TotalMilliseconds;
            socket.SetRawSocketOption(LevelTcp, TcpUserTimeout, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in milliseconds)));
        }

        return socket;
    }
}
