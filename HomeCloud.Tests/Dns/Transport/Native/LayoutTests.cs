using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Tests.Dns.Transport.Native;

/// <summary>The kernel reads these structs by offset: 64-bit Linux ABI.</summary>
public class LayoutTests
{
    [Fact]
    public void Sizes_are_those_of_the_kernel()
    {
        Unsafe.SizeOf<IoVector>().Should().Be(16);
        Unsafe.SizeOf<SocketMessageHeader>().Should().Be(56);
        Unsafe.SizeOf<BatchHeader>().Should().Be(64);
        Unsafe.SizeOf<ControlHeader>().Should().Be(16);
        Unsafe.SizeOf<LocalAddress4>().Should().Be(12);
        Unsafe.SizeOf<LocalAddress6>().Should().Be(20);
    }

    [Theory]
    [InlineData(nameof(SocketMessageHeader.Name), 0)]
    [InlineData(nameof(SocketMessageHeader.NameLength), 8)]
    [InlineData(nameof(SocketMessageHeader.Vectors), 16)]
    [InlineData(nameof(SocketMessageHeader.VectorCount), 24)]
    [InlineData(nameof(SocketMessageHeader.Control), 32)]
    [InlineData(nameof(SocketMessageHeader.ControlLength), 40)]
    [InlineData(nameof(SocketMessageHeader.Flags), 48)]
    public void Msghdr_fields_are_where_the_kernel_looks(string field, int offset) =>
        Marshal.OffsetOf<SocketMessageHeader>(field).ToInt32().Should().Be(offset);

    [Fact]
    public void Mmsghdr_counts_bytes_after_the_header() =>
        Marshal.OffsetOf<BatchHeader>(nameof(BatchHeader.Length)).ToInt32().Should().Be(56);

    [Theory]
    [InlineData(nameof(ControlHeader.Level), 8)]
    [InlineData(nameof(ControlHeader.Type), 12)]
    public void Cmsghdr_fields_are_where_the_kernel_looks(string field, int offset) =>
        Marshal.OffsetOf<ControlHeader>(field).ToInt32().Should().Be(offset);

    [Fact]
    public void In6_pktinfo_ends_with_the_interface() =>
        Marshal.OffsetOf<LocalAddress6>(nameof(LocalAddress6.InterfaceIndex)).ToInt32().Should().Be(16);
}
