using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary>Linux socket options that <see cref="SocketOptionName"/> lacks.</summary>
internal static class SocketOption
{
    public const int LevelSocket = 1;
    public const int LevelIPv4 = 0;
    public const int LevelIPv6 = 41;

    public const int ReusePort = 15;

    /// <summary>IP_PKTINFO, both to ask for it and as the control message's type.</summary>
    public const int LocalAddress4 = 8;

    /// <summary>IPV6_RECVPKTINFO asks; <see cref="LocalAddress6"/> is what comes.</summary>
    public const int ReceiveLocalAddress6 = 49;

    /// <summary>IPV6_PKTINFO.</summary>
    public const int LocalAddress6 = 50;

    /// <summary>IP_FREEBIND and IPV6_FREEBIND: bind an address that this machine does not have, or not yet.</summary>
    public const int FreeBind4 = 15;
    public const int FreeBind6 = 78;

    public const int PathMtuDiscovery4 = 10;
    public const int PathMtuDiscovery6 = 23;

    /// <summary>IP_PMTUDISC_OMIT: a forged "fragmentation needed" must not make us send fragments (RFC 9715 §3.1).</summary>
    public const int PathMtuOmit = 5;

    /// <summary>Lets <paramref name="socket"/> be bound to an address that other machines hold at other times. Elsewhere than on Linux the bind waits for the address.</summary>
    public static void BindFreely(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return;
        if (socket.AddressFamily == AddressFamily.InterNetwork)
            Set(socket, LevelIPv4, FreeBind4, 1);
        else
            Set(socket, LevelIPv6, FreeBind6, 1);
    }

    public static void Set(Socket socket, int level, int option, int value) =>
        socket.SetRawSocketOption(level, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
}
