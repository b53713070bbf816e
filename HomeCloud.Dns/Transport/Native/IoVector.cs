using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary><c>struct iovec</c>, 64-bit Linux: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}
