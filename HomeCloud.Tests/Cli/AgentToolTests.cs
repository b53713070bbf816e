using HomeCloud.Cli;
using HomeCloud.Cli.Commands.Tools;

namespace HomeCloud.Tests.Cli;

public sealed class AgentToolTests
{
    [Theory]
    [InlineData("doctor --json --only clock", "doctor --json --only clock")]
    [InlineData("--json doctor --only clock", "doctor --only clock --json")]
    [InlineData("network create --help", "network create --help")]
    [InlineData("backup -", "backup -")]
    [InlineData("restore restore", "restore restore")]
    public void What_stands_behind_the_name_goes_through(string typed, string passed)
    {
        var parse = CommandLine.Create().Parse(typed.Split(' '));

        parse.Errors.Should().BeEmpty();
        var tool = parse.CommandResult.Command.Should().BeOfType<AgentTool>().Subject;
        string.Join(' ', tool.Passed(parse)).Should().Be(passed);
    }
}
