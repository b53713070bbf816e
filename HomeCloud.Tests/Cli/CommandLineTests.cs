using System.CommandLine;
using HomeCloud.Cli;
using HomeCloud.Commands;

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

    [Theory]
    [InlineData("create box --memroy 512m", "unknown option '--memroy'.", "Did you mean --memory?")]
    [InlineData("create box --memory --wildcrad", "unknown option '--wildcrad'.", "Did you mean --wildcard?")]
    [InlineData("create box -q", "unknown option '-q'.", "set -- before that command")]
    [InlineData("create box --memroy=512m -- sh -c x", "unknown option '--memroy'.", "--memory")]
    [InlineData("rm box --force --volums", "unknown option '--volums'.", "Did you mean --volumes?")]
    [InlineData("ls --jsno", "unknown option '--jsno'.", "Did you mean --json?")]
    [InlineData("ssh box ls -l", "unknown option '-l'.", "set -- before that command")]
    [InlineData("lab exec laptop dig -x 192.168.1.5", "unknown option '-x'.", "set -- before that command")]
    [InlineData("name add nas --tlt 5 192.168.1.20", "unknown option '--tlt'.", "Did you mean --ttl?")]
    [InlineData("--urll http://x ls", "unknown option '--urll'.", "Did you mean --url?")]
    [InlineData("lst", "unknown command 'lst'.", "Did you mean ls?")]
    [InlineData("name", "a command is missing behind 'homecloud name'.", "One of: add, ls, rm.")]
    [InlineData("create", "Required argument 'name' missing for command: 'create'.", "homecloud create --help")]
    [InlineData("start box --watch", "unknown option '--watch'.", "homecloud start --help")]
    public void What_is_wrong_is_said_with_the_nearest_that_is_right(string typed, string message, string fix)
    {
        var error = Wrong(typed.Split(' '))!;

        error.Message.ToString().Should().Be(message);
        error.Fix.ToString().Should().Contain(fix);
        error.ExitCode.Should().Be(ExitCodes.Usage);
    }

    [Theory]
    [InlineData("create box --image alpine -- sh -c --watch")]
    [InlineData("ssh box -- ls -l --color")]
    [InlineData("create box --env A=-5 --env B=--x")]
    [InlineData("restore -")]
    [InlineData("doctor --only clock")]
    [InlineData("network create --range 192.168.1.64/27 --yes")]
    public void What_is_right_is_not_refused(string typed) => Wrong(typed.Split(' ')).Should().BeNull();

    private static CommandError? Wrong(string[] words) => CommandLineProblems.First(CommandLine.Create().Parse(words), words, "homecloud");

    [Fact]
    public async Task A_shell_on_the_laptop_has_no_JSON() => (await CommandLine.RunAsync(["lab", "--json"])).Should().Be(ExitCodes.Usage);

    private static IEnumerable<Command> Visible(Command command) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(Visible).Prepend(command);
}
