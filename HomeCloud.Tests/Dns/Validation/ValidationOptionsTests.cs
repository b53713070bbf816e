using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation;

public sealed class ValidationOptionsTests
{
    [Fact]
    public void It_is_automatic_and_the_keys_of_the_root_are_built_in()
    {
        var options = new ValidationOptions();
        options.Dnssec.Should().Be(DnssecMode.Auto);
        options.Validate().Should().BeEmpty();
        TrustAnchors.Root.Find(DnsName.Parse("www.example.")).Signers.Select(signer => signer.Tag).Should().Equal(20326, 38696);
    }

    [Fact]
    public void A_file_adds_anchors_and_replaces_those_of_the_root()
    {
        var anchors = TrustAnchors.Read(["; ours", "", "Example. 3600 IN DS 1 13 2 " + new string('a', 64) + " ; note", ". IN DNSKEY 257 3 13 AAAABBBB"], out var problem);
        problem.Should().BeNull();
        anchors!.Find(DnsName.Parse("a.example.")).Signers.Should().ContainSingle();
        anchors.Find(DnsName.Parse("other.")).Keys.Should().ContainSingle();
        anchors.Find(DnsName.Parse("other.")).Signers.Should().BeEmpty();

        TrustAnchors.Read(["example. DS 1 13 2 " + new string('a', 64)], out _)!.Find(DnsName.Parse("other.")).Signers.Should().HaveCount(2, "the root stays");
    }

    [Theory]
    [InlineData("example. A 192.0.2.1", "line 1: write NAME DS")]
    [InlineData("example. DS 1 13 2 xyz", "line 1: 'xyz' is not hexadecimal")]
    [InlineData("exam..ple. DS 1 13 2 aabbccddee", "line 1: 'exam..ple.' is not a name")]
    [InlineData("example. DS 1 200 2 aabbccddee", "line 1: its algorithm or digest is not known")]
    [InlineData("; nothing", "it has no DS or DNSKEY record")]
    public void What_is_wrong_is_said_with_its_line(string line, string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, line + "\n");
            new ValidationOptions { Dnssec = DnssecMode.On, TrustAnchorFile = path }.Validate().Should().ContainSingle().Which.Should().Contain(text);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_or_not_used_is_said()
    {
        new ValidationOptions { Dnssec = DnssecMode.On, TrustAnchorFile = "/does/not/exist" }.Validate().Should().ContainSingle().Which.Should().Contain("cannot be used");
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "example. DS 1 13 2 " + new string('a', 64));
        new ValidationOptions { Dnssec = DnssecMode.Off, TrustAnchorFile = path }.Validate().Should().ContainSingle().Which.Should().Contain("does nothing with --dnssec off");
        new ValidationOptions { TrustAnchorFile = path }.Validate().Should().BeEmpty();
        File.Delete(path);
    }
}
