using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary><c>struct in6_pktinfo</c>: 20 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LocalAddress6
{
    public AddressBytes Local;
    public uint InterfaceIndex;

    [InlineArray(16)]
    public struct AddressBytes
    {
        private byte _first;
    }
}
