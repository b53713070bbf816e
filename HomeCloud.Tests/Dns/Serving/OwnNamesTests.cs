using HomeCloud.Dns.Serving;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Serving;

public sealed class OwnNamesTests
{
    private static readonly string[] Zones = ["home.", "home.arpa."];

    [Theory]
    [InlineData("nextcloud.example.org", "is not NAME=TARGET")]
    [InlineData("=nas", "is not NAME=TARGET")]
    [InlineData("nextcloud.example.org=", "is not NAME=TARGET")]
    [InlineData("nextcloud=nas", "has no valid name ('nextcloud')")]
    [InlineData("a.*.example.org=nas", "has no valid name")]
    [InlineData("*x.example.org=nas", "has no valid name")]
    [InlineData("a..example.org=nas", "has no valid name")]
    [InlineData("nas.home=192.168.1.9", "is in our zone home.")]
    [InlineData("*.home.arpa=192.168.1.9", "is in our zone home.arpa.")]
    [InlineData("a.example.org=192.168.1.256", "which is not an address")]
    [InlineData("a.example.org=nas,192.168.1.9", "which is not an address")]
    [InlineData("a.example.org=b.example.org", "which is in no zone of ours")]
    public void A_wrong_one_is_said_in_one_line(string text, string problem) =>
        OwnNames.Validate([text], Zones, ZoneFileContent.Empty).Should().ContainSingle().Which.Should().StartWith($"--local '{text}' ").And.Contain(problem);

    [Fact]
    public void One_name_does_not_lead_to_two_places()
    {
        OwnNames.Validate(["a.example.org=nas", "A.example.org=web"], Zones, ZoneFileContent.Empty).Should().ContainSingle().Which.Should().Contain("a second meaning");
        OwnNames.Validate(["a.example.org=192.168.1.1", "a.example.org=192.168.1.2"], Zones, ZoneFileContent.Empty).Should().BeEmpty("the environment splits lists at commas");
        OwnNames.From(["a.example.org=192.168.1.1", "a.example.org=192.168.1.2"], Zones, ZoneFileContent.Empty)!.TryFind(DnsName.Parse("a.example.org"), out var own).Should().BeTrue();
        own!.Addresses.Should().HaveCount(2);
    }
}
