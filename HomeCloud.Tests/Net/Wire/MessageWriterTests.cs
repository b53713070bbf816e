using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Net.Wire;

public class MessageWriterTests
{
    private static readonly byte[] Address = [192, 168, 1, 20];

    [Fact]
    public void A_record_is_written_octet_by_octet()
    {
        var buffer = new byte[64];
        var writer = new MessageWriter(buffer, 12);
        writer.TryWriteRecord(Section.Answer, [0xC0, 0x0C], RecordType.A, RecordClass.Internet, 10, Address).Should().BeTrue();
        var length = writer.Finish(HeaderFlags.Response | HeaderFlags.Authoritative);
        buffer[..length].Should().Equal(WireBytes.Parse("""
            00 00 84 00 00 01 00 01 00 00 00 00 ; QR AA, one question, one answer
            C0 0C 00 01 00 01                   ; the question's name, A, IN
            00 00 00 0A 00 04 C0 A8 01 14       ; ttl 10, four octets of address
            """));
    }

    [Fact]
    public void What_does_not_fit_leaves_neither_octets_nor_counts()
    {
        for (var size = 12; size < 28; size++)
        {
            var writer = new MessageWriter(new byte[size], 12);
            writer.TryWriteRecord(Section.Answer, [0xC0, 0x0C], RecordType.A, RecordClass.Internet, 10, Address).Should().BeFalse();
            (writer.Position, writer.AnswerCount).Should().Be((12, 0));
        }

        var fits = new MessageWriter(new byte[28], 12);
        fits.TryWriteRecord(Section.Answer, [0xC0, 0x0C], RecordType.A, RecordClass.Internet, 10, Address).Should().BeTrue();
        (fits.Position, fits.AnswerCount, fits.Remaining).Should().Be((28, 1, 0));
    }

    [Fact]
    public void Counts_go_to_their_sections_and_a_reset_takes_them_back()
    {
        var buffer = new byte[512];
        var writer = new MessageWriter(buffer, 12);
        writer.TryWriteRecords(Section.Answer, new byte[32], 2).Should().BeTrue();
        writer.TryReserve(Section.Authority, 40, 1, out var soa).Should().BeTrue();
        soa.Length.Should().Be(40);
        writer.TryReserve(Section.Additional, 11, 1, out _).Should().BeTrue();
        writer.Finish(HeaderFlags.Response).Should().Be(12 + 32 + 40 + 11);
        (MessageHeader.AnswerCount(buffer), MessageHeader.AuthorityCount(buffer), MessageHeader.AdditionalCount(buffer))
            .Should().Be((2, 1, 1));

        writer.Reset(12);
        writer.Finish(HeaderFlags.Response | HeaderFlags.Truncated).Should().Be(12);
        MessageHeader.AnswerCount(buffer).Should().Be(0);
    }
}
