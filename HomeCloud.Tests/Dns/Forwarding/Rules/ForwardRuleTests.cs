using HomeCloud.Dns.Forwarding.Rules;

namespace HomeCloud.Tests.Dns.Forwarding.Rules;

public sealed class ForwardRuleTests
{
    [Theory]
    [InlineData("lan=192.168.1.1", "lan.", 1)]
    [InlineData("168.192.in-addr.arpa.=192.168.1.1, tls://9.9.9.9#dns.quad9.net", "168.192.in-addr.arpa.", 2)]
    [InlineData("_tcp.Corp.Example=10.0.0.1:5353", "_tcp.corp.example.", 1)]
    [InlineData(".=1.1.1.1", ".", 1)]
    public void Reads_zone_and_upstreams(string text, string zone, int upstreams)
    {
        ForwardRule.TryParse(text, out var rule, out var problem).Should().BeTrue(problem);

        rule!.Zone.Should().Be(zone);
        rule.Upstreams.Should().HaveCount(upstreams);
    }

    [Theory]
    [InlineData("192.168.1.1", "has no zone")]
    [InlineData("=192.168.1.1", "has no zone")]
    [InlineData("a..b=192.168.1.1", "no valid zone")]
    [InlineData("lan=", "is empty")]
    [InlineData("lan=router", "is not a valid address")]
    public void Refuses_with_the_fix(string text, string expected)
    {
        ForwardRule.TryParse(text, out _, out var problem).Should().BeFalse();

        problem.Should().Contain(expected);
    }
}
