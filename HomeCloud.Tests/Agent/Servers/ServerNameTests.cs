using HomeCloud.Agent.Servers;

namespace HomeCloud.Tests.Agent.Servers;

public class ServerNameTests
{
    [Theory]
    [InlineData("airplay", NameVerdict.Valid)]
    [InlineData("a", NameVerdict.Valid)]
    [InlineData("web-2", NameVerdict.Valid)]
    [InlineData("", NameVerdict.Empty)]
    [InlineData("-a", NameVerdict.HyphenAtEdge)]
    [InlineData("a-", NameVerdict.HyphenAtEdge)]
    [InlineData("a.b", NameVerdict.BadCharacter)]
    [InlineData("a_b", NameVerdict.BadCharacter)]
    [InlineData("ü", NameVerdict.BadCharacter)]
    [InlineData("<script>", NameVerdict.BadCharacter)]
    [InlineData("a\n", NameVerdict.BadCharacter)]
    [InlineData("12", NameVerdict.OnlyDigits)]
    [InlineData("cloud", NameVerdict.Reserved)]
    public void A_name_is_one_host_name_label(string name, NameVerdict verdict) => ServerName.Check(name).Should().Be(verdict);

    [Fact]
    public void Sixty_three_characters_are_the_most()
    {
        ServerName.Check(new string('a', 63)).Should().Be(NameVerdict.Valid);
        ServerName.Check(new string('a', 64)).Should().Be(NameVerdict.TooLong);
    }

    [Theory]
    [InlineData("My Box", "my-box")]
    [InlineData("a_b.c", "a-b-c")]
    [InlineData("--x--", "x")]
    [InlineData("日本", "")]
    public void A_bad_name_gets_the_nearest_good_one_suggested(string text, string suggestion) =>
        ServerName.Suggest(text).Should().Be(suggestion);

    [Fact]
    public void Capitals_are_folded_rather_than_refused() => ServerName.Problem(" AirPlay ").Should().BeNull();

    [Fact]
    public void A_problem_names_the_fix()
    {
        var problem = ServerName.Problem("my box")!;
        problem.Code.Should().Be(ProblemCode.InvalidName);
        problem.Fix.ToString().Should().Contain("my-box");
    }
}
