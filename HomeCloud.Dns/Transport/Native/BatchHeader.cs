using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary><c>struct mmsghdr</c>, 64-bit Linux: 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BatchHeader
{
    public SocketMessageHeader Header;

    /// <summary>Bytes received or sent, written by the kernel.</summary>
    public uint Length;
}
