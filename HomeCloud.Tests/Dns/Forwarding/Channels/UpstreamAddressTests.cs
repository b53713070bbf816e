using HomeCloud.Dns.Forwarding.Channels;

namespace HomeCloud.Tests.Dns.Forwarding.Channels;

public sealed class UpstreamAddressTests
{
    [Theory]
    [InlineData("192.168.1.1", UpstreamProtocol.Plain, "192.168.1.1:53", null, "192.168.1.1")]
    [InlineData("192.168.1.1:5353", UpstreamProtocol.Plain, "192.168.1.1:5353", null, "192.168.1.1:5353")]
    [InlineData("udp://192.168.1.1", UpstreamProtocol.Plain, "192.168.1.1:53", null, "192.168.1.1")]
    [InlineData("tcp://192.168.1.1", UpstreamProtocol.Tcp, "192.168.1.1:53", null, "tcp://192.168.1.1")]
    [InlineData("2001:db8::1", UpstreamProtocol.Plain, "[2001:db8::1]:53", null, "2001:db8::1")]
    [InlineData("[2001:db8::1]:54", UpstreamProtocol.Plain, "[2001:db8::1]:54", null, "[2001:db8::1]:54")]
    [InlineData("tls://9.9.9.9#dns.quad9.net", UpstreamProtocol.Tls, "9.9.9.9:853", "dns.quad9.net", "tls://9.9.9.9#dns.quad9.net")]
    [InlineData("tls://[2620:fe::fe]:8853#dns.quad9.net", UpstreamProtocol.Tls, "[2620:fe::fe]:8853", "dns.quad9.net", "tls://[2620:fe::fe]:8853#dns.quad9.net")]
    [InlineData("TLS://1.1.1.1", UpstreamProtocol.Tls, "1.1.1.1:853", null, "tls://1.1.1.1")]
    [InlineData("https://dns.quad9.net", UpstreamProtocol.Https, null, "dns.quad9.net", "https://dns.quad9.net/dns-query")]
    [InlineData("https://dns.quad9.net/dns-query#9.9.9.9", UpstreamProtocol.Https, "9.9.9.9:443", "dns.quad9.net", "https://dns.quad9.net/dns-query#9.9.9.9")]
    [InlineData("https://1.1.1.1:8443/q", UpstreamProtocol.Https, "1.1.1.1:8443", "1.1.1.1", "https://1.1.1.1:8443/q")]
    public void Reads_every_form_and_shows_it_canonically(string text, UpstreamProtocol protocol, string? endPoint, string? name, string shown)
    {
        UpstreamAddress.TryParse(text, out var address, out var problem).Should().BeTrue(problem);

        address!.Protocol.Should().Be(protocol);
        address.EndPoint?.ToString().Should().Be(endPoint);
        address.ServerName.Should().Be(name);
        address.Text.Should().Be(shown);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("dns.quad9.net", "is not a valid address")]
    [InlineData("1", "is not a valid address")]
    [InlineData("127.1", "is not a valid address")]
    [InlineData("1.1.1.1:0", "port")]
    [InlineData("1.1.1.1:99999", "port")]
    [InlineData("1.1.1.1:x", "port")]
    [InlineData("1.1.1.1#53", "write a port after ':' (example: 1.1.1.1:53)")]
    [InlineData("1.1.1.1@53", "write a port after ':' (example: 1.1.1.1:53)")]
    [InlineData("quic://1.1.1.1", "unknown scheme")]
    [InlineData("tls://1.1.1.1#", "no valid name")]
    [InlineData("tls://dns.quad9.net", "is not a valid address")]
    [InlineData("https://", "not a URL")]
    [InlineData("https://user@dns.quad9.net/", "not a URL")]
    [InlineData("https://dns.quad9.net/dns-query#quad9", "no address after '#'")]
    [InlineData("[2001:db8::1", "is not a valid address")]
    public void Refuses_with_the_fix(string text, string expected)
    {
        UpstreamAddress.TryParse(text, out _, out var problem).Should().BeFalse();

        problem.Should().Contain(expected);
    }
}
