using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary><c>struct msghdr</c>, 64-bit Linux: 56 bytes. musl declares the two lengths as int with padding, which is the same on a little-endian machine.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketMessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}
