using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary><c>struct cmsghdr</c>, 64-bit Linux: 16 bytes, the data follows at once.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlHeader
{
    public nuint Length;
    public int Level;
    public int Type;
}
