using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Net.Wire;

public class MessageReaderTests
{
    private const string Response = """
        12 34 81 80 00 01 00 02 00 00 00 01 ; header: QR RD RA, one question, two answers, one additional
        <www.example.> 00 01 00 01          ; question at 12
        C0 0C 00 05 00 01 00 00 00 3C 00 06 ; CNAME at 29, ttl 60
          03 "cdn" C0 10                    ;   RDATA: cdn + pointer to "example"
        C0 29 00 01 00 01 00 00 00 0A 00 04 ; A at 47, owner points into the RDATA
          C0 00 02 01
        00 00 29 04 D0 00 00 80 00 00 00    ; OPT, 1232 octets, DO
        """;

    [Fact]
    public void Records_are_walked_with_their_offsets()
    {
        var message = WireBytes.Parse(Response);
        var reader = new MessageReader(message);
        reader.TrySkipQuestion(out var type, out var @class).Should().BeTrue();
        (type, @class, reader.Position).Should().Be((RecordType.A, RecordClass.Internet, 29));

        reader.TryReadRecord(out var cname).Should().BeTrue();
        cname.Should().Be(new RecordView(29, RecordType.Cname, RecordClass.Internet, 60, 35, 41, 6));
        reader.TryReadRecord(out var address).Should().BeTrue();
        (address.NameOffset, address.Type, address.Ttl, address.DataLength).Should().Be((47, RecordType.A, 10u, 4));
        reader.TryReadRecord(out var opt).Should().BeTrue();
        (opt.Type, (int)opt.Class, opt.Ttl).Should().Be((RecordType.Opt, 1232, 0x8000u));
        reader.AtEnd.Should().BeTrue();
    }

    [Fact]
    public void Compressed_names_are_expanded()
    {
        var message = WireBytes.Parse(Response);
        Span<byte> name = stackalloc byte[255];
        var reader = new MessageReader(message, 47);
        reader.TryReadName(name, out var length).Should().BeTrue();
        DnsName.ToText(name[..length]).Should().Be("cdn.example.");
        reader.Position.Should().Be(49);
    }

    [Fact]
    public void Every_truncated_prefix_fails_to_parse()
    {
        var message = WireBytes.Parse(Response);
        for (var length = 0; length < message.Length; length++)
            ReadsWhole(message.AsSpan(0, length)).Should().BeFalse($"{length} of {message.Length} octets are not a message");
        ReadsWhole(message).Should().BeTrue();
    }

    [Theory]
    [InlineData("C0 0C", "a pointer to itself")]
    [InlineData("01 \"a\" C0 0C", "a pointer back to its own label")]
    [InlineData("C0 0E C0 0C", "two pointers to one another")]
    [InlineData("C0 20", "a pointer forward")]
    [InlineData("C0", "half a pointer")]
    [InlineData("80 00", "a reserved label type")]
    [InlineData("41 00", "an extended label type")]
    public void Compression_traps_end(string wire, string why)
    {
        byte[] message = [.. new byte[12], .. WireBytes.Parse(wire)];
        var reader = new MessageReader(message);
        reader.TryReadName(new byte[255], out _).Should().BeFalse(why);
    }

    [Fact]
    public void Pointers_cannot_build_a_name_over_255_octets()
    {
        // Each step adds a label of 63 octets and jumps to the previous one.
        var message = new List<byte>(new byte[12]);
        message.AddRange([0]);
        var previous = 12;
        for (var i = 0; i < 5; i++)
        {
            var start = message.Count;
            message.Add(63);
            message.AddRange(Enumerable.Repeat((byte)'x', 63));
            message.AddRange([(byte)(0xC0 | (previous >> 8)), (byte)previous]);
            previous = start;
        }

        var reader = new MessageReader(message.ToArray(), previous);
        reader.TryReadName(new byte[512], out _).Should().BeFalse();
    }

    [Fact]
    public void A_name_buffer_too_small_is_refused()
    {
        var message = WireBytes.Parse(Response);
        var reader = new MessageReader(message);
        reader.TryReadName(new byte[12], out _).Should().BeFalse();
    }

    private static bool ReadsWhole(ReadOnlySpan<byte> message)
    {
        if (message.Length < MessageHeader.Size)
            return false;
        var reader = new MessageReader(message);
        if (!reader.TrySkipQuestion(out _, out _))
            return false;
        for (var i = 0; i < 3; i++)
        {
            if (!reader.TryReadRecord(out _))
                return false;
        }

        return reader.AtEnd;
    }
}
