using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HomeCloud.Dns.Transport.Native;

/// <summary>
/// The kernel's own word on interfaces and addresses, rtnetlink(7). System.Net follows it too, but never joins the group of
/// IPv6 addresses. What a message says is not read: that one came is enough to look again.
/// </summary>
internal static partial class RouteSocket
{
    private const int FamilyNetlink = 16;
    private const int TypeRaw = 3;
    private const int CloseOnExec = 0x80000;
    private const int ProtocolRoute = 0;

    /// <summary>RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR.</summary>
    private const uint Groups = 0x1 | 0x10 | 0x100;

    private const int ReceiveTimeout = 20;

    /// <returns>Null where there is no such socket, or it may not be used.</returns>
    public static SafeFileHandle? TryOpen(TimeSpan receiveTimeout)
    {
        var descriptor = Socket(FamilyNetlink, TypeRaw | CloseOnExec, ProtocolRoute);
        if (descriptor < 0)
            return null;
        var socket = new SafeFileHandle(descriptor, ownsHandle: true);
        var address = new Address { Family = FamilyNetlink, Groups = Groups };
        var timeout = new Duration { Seconds = (long)receiveTimeout.TotalSeconds };
        if (Bind(socket, in address, (uint)Marshal.SizeOf<Address>()) == 0
            && SetOption(socket, SocketOption.LevelSocket, ReceiveTimeout, in timeout, (uint)Marshal.SizeOf<Duration>()) == 0)
        {
            return socket;
        }

        socket.Dispose();
        return null;
    }

    /// <summary>Waits for a message, at most the time given at <see cref="TryOpen"/>.</summary>
    /// <returns>0, or the errno. ENOBUFS means that messages were lost, so that something changed.</returns>
    public static int Wait(SafeFileHandle socket, Span<byte> buffer) =>
        Receive(socket, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, 0) >= 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeHandle socket, in Address address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeHandle socket, int level, int option, in Duration value, uint length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, ref byte buffer, nuint length, int flags);

    /// <summary>struct sockaddr_nl.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Address
    {
        public ushort Family;
        public ushort Padding;
        public uint Port;
        public uint Groups;
    }

    /// <summary>struct timeval of a 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Duration
    {
        public long Seconds;
        public long Microseconds;
    }
}
