using System.Runtime.InteropServices;

namespace HomeCloud.Net.Machine.Native;

/// <summary>Asks the kernel for its neighbour table over rtnetlink(7).</summary>
internal static class NeighbourSocket
{
    private const int Netlink = 16;
    private const int Raw = 3;
    private const int CloseOnExecute = 0x80000;
    private const int DoNotWait = 0x40;
    private const int LargestMessage = 1 << 16;

    // nlmsghdr (length 28, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP), then ndmsg: of all families and interfaces.
    private static readonly byte[] Dump = [28, 0, 0, 0, 30, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Hands over the messages of the answer, until there are no more.</summary>
    /// <param name="receive">False: that was the last one.</param>
    public static void Read(Func<ReadOnlyMemory<byte>, bool> receive)
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian)
            return;
        var descriptor = Socket(Netlink, Raw | CloseOnExecute, 0);
        if (descriptor < 0)
            return;
        try
        {
            if (Send(descriptor, Dump, Dump.Length, 0) != Dump.Length)
                return;
            var buffer = new byte[LargestMessage];

            // The kernel has the next part ready as soon as the one before was taken.
            while (Receive(descriptor, buffer, buffer.Length, DoNotWait) is var length and > 0 && receive(buffer.AsMemory(0, (int)length)))
            {
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "socket")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Socket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "send")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Send(int descriptor, byte[] octets, nint length, int flags);

    [DllImport("libc", EntryPoint = "recv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Receive(int descriptor, byte[] octets, nint length, int flags);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
