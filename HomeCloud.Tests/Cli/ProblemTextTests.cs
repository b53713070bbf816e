using HomeCloud.Cli.Api;

namespace HomeCloud.Tests.Cli;

public sealed class ProblemTextTests
{
    [Theory]
    [InlineData("The name is taken.", "Choose another.", "homecloud: The name is taken.\nChoose another.")]
    [InlineData("It cannot be pulled: no such host", "Look at the network.", "homecloud: It cannot be pulled: no such host.\nLook at the network.")]
    [InlineData("It cannot be pulled: no such host", null, "homecloud: It cannot be pulled: no such host.")]
    public void Message_and_fix_are_two_lines(string message, string? fix, string text) =>
        new ProblemInfo("code", message, fix, null).ToError(1).ToText("homecloud").Should().Be(text);
}
