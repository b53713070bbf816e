using HomeCloud.Cli.Api;

namespace HomeCloud.Tests.Cli;

public sealed class ProblemTextTests
{
    [Theory]
    [InlineData("The name is taken.", "Choose another.", "The name is taken. Choose another.")]
    [InlineData("It cannot be pulled: no such host", "Look at the network.", "It cannot be pulled: no such host. Look at the network.")]
    [InlineData("It cannot be pulled: no such host", null, "It cannot be pulled: no such host")]
    public void Message_and_fix_are_two_sentences(string message, string? fix, string text) =>
        AgentClient.Text(new ProblemInfo("code", message, fix, null)).Should().Be(text);
}
