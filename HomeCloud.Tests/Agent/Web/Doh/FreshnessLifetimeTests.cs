using HomeCloud.Agent.Web.Dns;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>RFC 8484 §5.1.</summary>
public sealed class FreshnessLifetimeTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(300, 300)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(0x8000_0000, 0)]
    public void One_answer_gives_its_TTL(uint ttl, uint age) => FreshnessLifetime.Of(Answer(HeaderFlags.None, ttl)).Should().Be(age);

    [Fact]
    public void Of_several_the_smallest_counts() => FreshnessLifetime.Of(Answer(HeaderFlags.None, 300, 7, 60)).Should().Be(7);

    [Fact]
    public void Nothing_to_go_by_is_not_kept() => FreshnessLifetime.Of(Answer(HeaderFlags.None)).Should().Be(0);

    [Fact]
    public void What_is_cut_off_or_failed_is_not_kept()
    {
        FreshnessLifetime.Of(Answer(HeaderFlags.Truncated, 300)).Should().Be(0);
        FreshnessLifetime.Of(Answer((HeaderFlags)ResponseCode.Refused, 300)).Should().Be(0);
    }

    [Fact]
    public void Every_prefix_of_an_answer_is_not_kept_or_gives_no_more()
    {
        var whole = Answer(HeaderFlags.None, 300, 7);
        for (var length = 0; length < whole.Length; length++)
            FreshnessLifetime.Of(whole.AsSpan(0, length)).Should().Be(0);
    }

    private static byte[] Answer(HeaderFlags flags, params uint[] ttls)
    {
        var buffer = new byte[512];
        var writer = new MessageWriter(buffer, MessageHeader.Size);
        foreach (var ttl in ttls)
            writer.TryWriteRecord(Section.Answer, [0], RecordType.A, RecordClass.Internet, ttl, [192, 0, 2, 1]);
        return buffer[..writer.Finish(HeaderFlags.Response | flags, questions: 0)];
    }
}
