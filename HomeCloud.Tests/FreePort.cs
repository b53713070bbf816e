using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Tests;

internal static class FreePort
{
    // Below the range that the kernel hands out by itself (ip_local_port_range), or a socket of another test could take
    // the port between here and its use.
    private const int First = 12_000;
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = [];

    /// <summary>A loopback port that is free for UDP and TCP at this moment, and that no other test of this process is given.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Given.TryAdd(port, true))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
