using System.Text;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Dns.HostsFile;

public sealed class LeaseFileParserTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void Names_of_both_families_and_of_every_kind_of_lease()
    {
        var content = Parse("""
            1800003600 a6:5e:60:01:02:03 192.168.1.31 Tablet 01:a6:5e:60:01:02:03
            0 a6:5e:60:01:02:04 192.168.1.32 printer.home *
            43200 a6:5e:60:01:02:05 192.168.1.33 radio ff:00
            1800003600 a6:5e:60:01:02:06 192.168.1.34 * 01:a6
            duid 00:01:00:01:2a:3b:4c:5d:a6:5e:60:01:02:03
            1800003600 12345678 fd00::31 tablet 00:01:00:01

            """);

        content.Problems.Should().BeEmpty();
        content.Records.Select(record => $"{record.Name}={string.Join(',', record.Addresses)}").Should().Equal("tablet=192.168.1.31,fd00::31", "printer=192.168.1.32", "radio=192.168.1.33");
        content.Records.Should().AllSatisfy(record =>
        {
            (record.Owner, record.Reverse, record.Ttl).Should().Be((WellKnownOwners.LeaseFile, true, 60));
            record.Attributes[LeaseFileParser.SourceAttribute].Should().Be("dnsmasq.leases");
        });
    }

    [Theory]
    [InlineData("1799999999 aa 192.168.1.31 tablet *", "has ended")]
    [InlineData("soon aa 192.168.1.31 tablet *", "'soon' is not a time")]
    [InlineData("0 aa 192.168.1.300 tablet *", "'192.168.1.300' is not an address of a device")]
    [InlineData("0 aa 127.0.0.1 tablet *", "'127.0.0.1' is not an address of a device")]
    [InlineData("0 aa 192.168.1.31 tablet.example.org *", "is not a single name of ours")]
    [InlineData("0 aa 192.168.1.31 a.tablet.home *", "is not a single name of ours")]
    [InlineData("0 aa 192.168.1.31 home *", "")]
    [InlineData("0 aa 192.168.1.31 ta<b>let *", "'ta<b>let' ")]
    [InlineData("0 aa 192.168.1.31 WPAD *", "'WPAD' is no name for a device")]
    [InlineData("0 aa 192.168.1.31 isatap.home *", "is no name for a device")]
    [InlineData("0 aa 192.168.1.31 *.x *", "is not a single name of ours")]
    public void What_no_device_may_be_called_is_left_out_with_its_reason(string line, string reason)
    {
        var content = Parse("duid 00:01:00:01\n" + line);
        if (reason.Length == 0)
        {
            content.Records.Should().ContainSingle().Which.Name.Should().Be("home", "home.home is a name as any other");
            return;
        }

        content.Records.Should().BeEmpty();
        content.Problems.Should().ContainSingle().Which.Should().StartWith("dnsmasq.leases line 2: ").And.Contain(reason);
    }

    [Fact]
    public void Nonsense_is_never_more_than_left_out()
    {
        var random = new Random(20261130);
        var alphabet = "0123456789abcdef:. *-_\n\t\0\u00FF\u3042duid"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var text = new byte[random.Next(120)];
            for (var i = 0; i < text.Length; i++)
                text[i] = random.Next(20) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            foreach (var record in Parse(Encoding.UTF8.GetString(text)).Records)
                NameRules.IsValid(record.Name).Should().BeTrue();
        }

        var many = new StringBuilder();
        for (var i = 0; i < 12_000; i++)
            many.Append(System.Globalization.CultureInfo.InvariantCulture, $"0 aa 10.0.{i / 250}.{(i % 250) + 1} device{i} *\n");
        Parse(many.ToString()).Records.Should().HaveCount(10_000);
    }

    private static HostsFileContent Parse(string text) => LeaseFileParser.Parse(text, "dnsmasq.leases", ["home", "home.arpa"], 60, Now);
}
