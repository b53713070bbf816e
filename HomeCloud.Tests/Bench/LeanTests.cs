using HomeCloud.Bench;
using HomeCloud.Bench.Lean;

namespace HomeCloud.Tests.Bench;

public sealed class LeanTests
{
    [Theory]
    [InlineData("lean")]
    [InlineData("lean --only rest,ls --rounds 3 --against OLD")]
    public void A_command_line_that_is_right_is_taken(string line) => BenchCommand.Create().Parse(line).Errors.Should().BeEmpty();

    [Fact]
    public void A_part_that_is_none_is_named_with_those_there_are() =>
        BenchCommand.Create().Parse("lean --only rest,sleep").Errors.Should().ContainSingle().Which.Message.Should().Contain("'sleep'").And.Contain("rest, start");

    [Fact]
    public void A_ratio_is_of_values_of_one_round()
    {
        var figure = new LeanFigure("wall", "ms", Comparing.Ratio, 1.2, [10, 20, 30], "docker", [10, 10, 60]);

        (figure.Result, figure.ResultText, figure.LimitText, figure.Verdict).Should().Be((1.0, "1.00 ×", "1.20 ×", "met"));
    }

    [Theory]
    [InlineData("Difference", 150.0, "met", 150.0)]
    [InlineData("Difference", 149.0, "missed", 150.0)]
    [InlineData("Alone", 400.0, "met", 400.0)]
    public void A_difference_and_a_figure_alone_have_limits_too(string by, double limit, string verdict, double result)
    {
        var figure = new LeanFigure("create", "ms", Enum.Parse<Comparing>(by), limit, [400], "docker", [250]);

        (figure.Result, figure.Verdict).Should().Be((result, verdict));
    }

    [Fact]
    public void What_was_not_measured_is_neither_met_nor_missed()
    {
        var figure = new LeanFigure("start", "ms", Comparing.Ratio, 0.3, [400], "earlier", []);

        (figure.ResultText, figure.Verdict).Should().Be(("not measured", ""));
    }
}
