using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Net.Wire;

public class OptRecordWriterTests
{
    [Fact]
    public void An_extended_error_is_written_octet_by_octet()
    {
        var buffer = new byte[64];
        OptRecordWriter.TryBegin(buffer, 1232, ResponseCode.BadCookie, dnssecOk: true, out var opt).Should().BeTrue();
        opt.TryWriteExtendedError(EdeCode.Prohibited, "no"u8).Should().BeTrue();
        buffer[..opt.Length].Should().Equal(WireBytes.Parse("""
            00 00 29 04 D0 01 00 80 00 00 08 ; root, OPT, 1232, extended rcode 1 (23 = 1 << 4 | 7), version 0, DO, eight octets
            00 0F 00 04 00 12 "no"           ; EDE, four octets, code 18
            """));
    }

    [Fact]
    public void Text_that_does_not_fit_is_left_out_and_the_code_stays()
    {
        OptRecordWriter.TryBegin(new byte[17], 1232, ResponseCode.NoError, false, out var opt).Should().BeTrue();
        opt.TryWriteExtendedError(EdeCode.Other, "far too long"u8).Should().BeTrue();
        opt.Length.Should().Be(17);
        opt.TryWriteOption(EdnsOptionCode.Nsid, default).Should().BeFalse();
    }

    [Fact]
    public void A_buffer_without_room_is_refused() =>
        OptRecordWriter.TryBegin(new byte[10], 1232, ResponseCode.NoError, false, out _).Should().BeFalse();

    [Theory]
    [InlineData(40)]
    [InlineData(453)]
    [InlineData(464)]
    [InlineData(468)]
    [InlineData(500)]
    public void Padding_fills_whole_blocks(int before)
    {
        OptRecordWriter.TryBegin(new byte[1024], 1232, ResponseCode.NoError, false, out var opt).Should().BeTrue();
        opt.TryWritePadding(before + opt.Length, 468).Should().BeTrue();
        ((before + opt.Length) % 468).Should().Be(0);
    }

    [Fact]
    public void Options_are_read_back()
    {
        var buffer = new byte[128];
        OptRecordWriter.TryBegin(buffer, 1232, ResponseCode.NoError, false, out var opt).Should().BeTrue();
        opt.TryWriteOption(EdnsOptionCode.Nsid, "box"u8).Should().BeTrue();
        opt.TryWriteOption(EdnsOptionCode.TcpKeepalive, [0, 100]).Should().BeTrue();

        var reader = new EdnsOptionReader(buffer.AsSpan(OptRecordWriter.EmptySize, opt.Length - OptRecordWriter.EmptySize));
        reader.TryReadOption(out var first, out var nsid).Should().BeTrue();
        (first, Encoding.ASCII.GetString(nsid)).Should().Be((EdnsOptionCode.Nsid, "box"));
        reader.TryReadOption(out var second, out _).Should().BeTrue();
        second.Should().Be(EdnsOptionCode.TcpKeepalive);
        reader.TryReadOption(out _, out _).Should().BeFalse();
        reader.AtEnd.Should().BeTrue();
    }
}
