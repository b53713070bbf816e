using System.Net;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Agent.Servers.Making;

public class DnsNameProbeTests
{
    [Fact]
    public void An_answer_counts_when_it_is_to_our_question_and_has_the_address()
    {
        var query = DnsNameProbe.Question("airplay.home");
        var id = MessageHeader.Id(query);
        byte[] other = [(byte)((id + 1) >> 8), (byte)(id + 1), .. query[2..]];
        query.Should().HaveCount(12 + 14 + 4);
        byte[] answer = [.. query, 0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 10, 0, 4, 192, 168, 7, 9];
        answer[2] |= 0x80;
        answer[7] = 1;

        DnsNameProbe.HasAddress(answer, query, IPAddress.Parse("192.168.7.9")).Should().BeTrue();
        DnsNameProbe.HasAddress(answer, query, IPAddress.Parse("192.168.7.8")).Should().BeFalse();
        DnsNameProbe.HasAddress(answer, other, IPAddress.Parse("192.168.7.9")).Should().BeFalse();
        for (var length = 0; length < answer.Length; length++)
            DnsNameProbe.HasAddress(answer.AsSpan(0, length), query, IPAddress.Parse("192.168.7.9")).Should().BeFalse();
    }
}
