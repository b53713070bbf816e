using System.Net;
using HomeCloud.Dns.HostsFile;

namespace HomeCloud.Tests.Dns.HostsFile;

public class HostsFileParserTests
{
    private static readonly string[] Zones = ["home", "home.arpa"];

    [Fact]
    public void Lines_become_records()
    {
        var content = Parse("""
            # the house
            192.168.1.7   printer.home  Laser   # in the hall
            fd00::7	printer
            192.168.1.8 web.shop.home.arpa. *.dev.home

            """);

        content.Problems.Should().BeEmpty();
        content.Records.Select(record => record.Name).Should().BeEquivalentTo("printer", "laser", "web.shop", "*.dev");
        var printer = content.Records.Single(record => record.Name == "printer");
        printer.Addresses.Should().Equal(IPAddress.Parse("192.168.1.7"), IPAddress.Parse("fd00::7"));
        printer.Reverse.Should().BeTrue();
        printer.Ttl.Should().Be(60);
        printer.Attributes[HostsFileParser.SourceAttribute].Should().Be("hosts line 2");
        content.Records.Single(record => record.Name == "laser").Reverse.Should().BeFalse("only the first name of a line is canonical");
    }

    [Fact]
    public void An_address_points_back_to_the_first_name_of_ours()
    {
        var content = Parse("192.168.1.7 printer.office.example printer laser");
        content.Records.Where(record => record.Reverse).Should().ContainSingle().Which.Name.Should().Be("printer");
    }

    [Theory]
    [InlineData("printer 192.168.1.7", "hosts line 1: 'printer' is not an address*")]
    [InlineData("\n192.168.1.300 x", "hosts line 2: '192.168.1.300' is not an address*")]
    [InlineData("# ours\n192.168.1.030 scanner", "hosts line 2: '192.168.1.030' is not an address*192.168.1.30*")]
    [InlineData("10.1 x", "hosts line 1: '10.1' is not an address*")]
    [InlineData("\r\n\r\n192.168.1.7", "hosts line 3: *has no name*")]
    [InlineData("192.168.1.7 a..b.home", "hosts line 1: 'a..b.home' has an empty label*")]
    [InlineData("192.168.1.7 nas.lan", "hosts line 1: 'nas.lan' is outside our zones (home, home.arpa)*")]
    [InlineData("192.168.1.7 grün", "hosts line 1: 'grün' may hold only letters*")]
    public void A_line_that_makes_no_sense_is_named(string text, string problem)
    {
        var content = Parse(text);
        content.Records.Should().BeEmpty();
        content.Problems.Should().ContainSingle().Which.Should().Match(problem);
    }

    [Fact]
    public void A_bad_line_costs_only_itself() =>
        Parse("nonsense\n192.168.1.7 printer").Records.Should().ContainSingle();

    [Fact]
    public void The_usual_etc_hosts_yields_no_problem_and_no_loopback_name()
    {
        var content = Parse("""
            127.0.0.1	localhost
            127.0.1.1	server.lan server
            ::1     ip6-localhost ip6-loopback
            fe00::0 ip6-localnet
            ff02::1 ip6-allnodes
            0.0.0.0 ads
            192.168.1.5 server
            """);
        content.Problems.Should().BeEmpty();
        content.Records.Where(record => record.Name != "ip6-localnet").Should().ContainSingle().Which.Name.Should().Be("server");
    }

    private static HostsFileContent Parse(string text) =>
        HostsFileParser.Parse(text, "hosts", Zones, 60, DateTimeOffset.UnixEpoch);
}
