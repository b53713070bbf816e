using System.CommandLine;
using HomeCloud.Cli;
using HomeCloud.Cli.Shell;

namespace HomeCloud.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public void Every_visible_command_describes_itself()
    {
        Visible(CommandLine.Create()).Where(c => string.IsNullOrWhiteSpace(c.Description)).Should().BeEmpty();
    }

    [Fact]
    public void Every_option_and_argument_describes_itself()
    {
        Visible(CommandLine.Create())
            .SelectMany(c => c.Options.Cast<Symbol>().Concat(c.Arguments))
            .Where(s => !s.Hidden && string.IsNullOrWhiteSpace(s.Description))
            .Should().BeEmpty();
    }

    [Theory]
    [InlineData("lab", "exec", "laptop", "--", "dig", "-x", "192.168.1.128")]
    [InlineData("lab", "--check", "--redis", "--servers", "2")]
    [InlineData("lab", "cut", "server2", "--name", "x")]
    [InlineData("name", "list")]
    public void What_the_documentation_shows_parses(params string[] line) => CommandLine.Create().Parse(line).Errors.Should().BeEmpty();

    [Fact]
    public void An_unknown_command_is_an_error() => CommandLine.Create().Parse(["lba"]).Errors.Should().NotBeEmpty();

    [Fact]
    public async Task A_shell_on_the_laptop_has_no_JSON() => (await CommandLine.RunAsync(["lab", "--json"])).Should().Be(ExitCodes.Usage);

    private static IEnumerable<Command> Visible(Command command) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(Visible).Prepend(command);
}
