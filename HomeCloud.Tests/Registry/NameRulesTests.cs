using HomeCloud.Registry;

namespace HomeCloud.Tests.Registry;

public class NameRulesTests
{
    [Theory]
    [InlineData("airplay")]
    [InlineData("web.shop")]
    [InlineData("*.airplay")]
    [InlineData("*")]
    [InlineData("_dmarc.x")]
    [InlineData("3d-printer")]
    [InlineData("xn--mnchen-3ya")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123")]
    public void Valid(string name) => NameRules.Check(name).Should().BeNull();

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "empty label")]
    [InlineData("a.", "empty label")]
    [InlineData(".a", "empty label")]
    [InlineData("a..b", "empty label")]
    [InlineData("A", "upper-case")]
    [InlineData("-a", "hyphen")]
    [InlineData("a-.b", "hyphen")]
    [InlineData("a b", "only letters")]
    [InlineData("münchen", "only letters")]
    [InlineData("a.*", "wildcard")]
    [InlineData("a.*.b", "wildcard")]
    [InlineData("**.b", "only letters")]
    [InlineData("a*", "only letters")]
    [InlineData("a\0b", "only letters")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345", "65 characters")]
    public void Not_valid(string name, string reason) => NameRules.Check(name).Should().Contain(reason);

    [Fact]
    public void The_total_leaves_room_for_the_zone()
    {
        var longest = string.Join('.', Enumerable.Repeat(new string('a', 39), 5)) + ".";
        longest = longest[..^1] + "a";
        longest.Length.Should().Be(200);
        NameRules.Check(longest).Should().BeNull();
        NameRules.Check(longest + "a").Should().Contain("201");
    }

    [Theory]
    [InlineData("server-1.lan", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a@b", false)]
    [InlineData("a/b", false)]
    public void Owners(string owner, bool valid) => (NameRules.CheckOwner(owner) is null).Should().Be(valid);
}
