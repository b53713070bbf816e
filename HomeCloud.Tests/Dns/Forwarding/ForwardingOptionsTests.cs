using HomeCloud.Dns.Forwarding;

namespace HomeCloud.Tests.Dns.Forwarding;

public sealed class ForwardingOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => new ForwardingOptions().Validate().Should().BeEmpty();

    [Fact]
    public void A_file_of_authorities_without_any_is_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            new ForwardingOptions { UpstreamCaFile = path }.Validate().Should().ContainSingle().Which.Should().Contain("it holds no certificate");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Names_the_option_the_value_and_the_fix()
    {
        var options = new ForwardingOptions
        {
            Upstreams = ["9.9.9.9", "router", "fe80::1"],
            Forwards = ["lan=192.168.1.1", "LAN.=192.168.1.2", "nothing"],
            Bootstrap = ["tls://1.1.1.1"],
            RebindExempt = ["plex.direct", "a b"],
            UpstreamCaFile = "/does/not/exist.pem",
            UdpPayloadSize = 100,
            QueryTimeoutMilliseconds = 1,
            MaxOutstanding = 20,
            MaxOutstandingPerClient = 21,
        };

        options.Validate().Should().SatisfyRespectively(
            text => text.Should().Contain("--upstream 'router' is not a valid address"),
            text => text.Should().Contain("--upstream 'fe80::1' is link-local: add the interface (example: fe80::1%eth0)"),
            text => text.Should().Contain("--forward 'LAN.=192.168.1.2' sets zone lan. a second time"),
            text => text.Should().Contain("--forward 'nothing' has no zone"),
            text => text.Should().Contain("--bootstrap 'tls://1.1.1.1' must be plain DNS"),
            text => text.Should().Contain("--rebind-exempt 'a b' is not a valid zone name"),
            text => text.Should().Contain("--upstream-ca '/does/not/exist.pem' cannot be used, it does not exist"),
            text => text.Should().Contain("--upstream-udp-size 100"),
            text => text.Should().Contain("--query-timeout 1"),
            text => text.Should().Contain("--max-outstanding-per-client 21"));
    }
}
