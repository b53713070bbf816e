using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using HomeCloud.Cli;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Localization;
using HomeCloud.Tests.Agent.Web;
using Command = HomeCloud.Lab.Processes.Command;

namespace HomeCloud.Tests.Cli;

/// <summary><c>homecloud</c> as a program, in the language of its environment.</summary>
public sealed partial class CommandLanguageTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("サーバーを作成する", "LANG=ja_JP.UTF-8")]
    [InlineData("サーバーを作成する", "LC_ALL=C.UTF-8", "LANG=C", "HOMECLOUD_LANG=ja")]
    [InlineData("create a server", "LANG=C")]
    [InlineData("create a server", "LANG=ja_JP.UTF-8", "LC_ALL=C")]
    [InlineData("create a server", "LANG=ja_JP.UTF-8", "HOMECLOUD_LANG=en")]
    [InlineData("create a server", "LANG=de_DE.UTF-8")]
    public async Task The_environment_chooses(string said, params string[] environment) =>
        (await RunAsync(environment)).OrFail().Output.Should().Contain(said);

    [Fact(Timeout = Limit)]
    public async Task Servers_are_made_listed_and_removed_in_Japanese()
    {
        await using var home = await WebHome.StartAsync();
        async Task<CommandResult> JapaneseAsync(params string[] words) => await RunAsync(["LANG=ja_JP.UTF-8"], [.. words, "--socket", home.Socket]);

        (await JapaneseAsync("ls")).OrFail().Output.Should().Contain("サーバーはまだありません。");
        (await JapaneseAsync("create", "airplay", "--image", "busybox")).OrFail().Output.Should().Contain("airplay.home の準備ができました").And.Contain("秒で準備できました");
        (await JapaneseAsync("ls")).OrFail().Output.Should().MatchRegex("^名前 +状態 +アドレス").And.Contain("実行中");
        (await JapaneseAsync("show", "airplay")).OrFail().Output.Should().Contain("作成日時").And.MatchRegex("  作成  操作元: root  busybox");
        (await JapaneseAsync("stop", "airplay")).OrFail().Output.Should().Be("airplay を停止しました\n");

        var refused = await JapaneseAsync("create", "my box");
        refused.ExitCode.Should().Be(ExitCodes.Usage);
        refused.Error.Should().Be("homecloud: 名前 my box に、ホスト名に使えない文字があります。\nmy-box ではどうでしょうか。\n");
        (await JapaneseAsync("rm", "--yes", "airplay")).OrFail().Output.Should().Be("airplay を削除しました。ボリュームとアドレスは残っています\n");
    }

    [Theory(Timeout = Limit)]
    [InlineData("start nobody --json", ExitCodes.NotFound, "There is no server named nobody.")]
    [InlineData("start nobody --json=true", ExitCodes.NotFound, "\"There is no server named nobody.\"")]
    [InlineData("start nobody --json:true", ExitCodes.NotFound, "\"There is no server named nobody.\"")]
    [InlineData("ls --jsno", ExitCodes.Usage, "'--jsno' というオプションはありません。\n--json ではありませんか? オプションの一覧: homecloud ls --help")]
    [InlineData("name add", ExitCodes.Usage, "コマンド 'add' に必要な引数 'name' がありません。")]
    [InlineData("logs x --tail many", ExitCodes.Usage, "オプション '--tail' の値 'many' を")]
    [InlineData("completion tcsh", ExitCodes.Usage, "'tcsh' は使えません。次のいずれかにしてください:")]
    [InlineData("restore /nowhere.tar --data-dir /nowhere", ExitCodes.Conflict, "homecloud: エージェントが動いており (")]
    [InlineData("ls --url x", ExitCodes.Usage, "--url x は Web のアドレスではありません。\nhttp://cloud.home のように書いてください。")]
    public async Task Errors_are_in_Japanese_and_JSON_is_English(string words, int exitCode, string said)
    {
        await using var home = await WebHome.StartAsync();
        var result = await RunAsync(["LANG=ja_JP.UTF-8", $"HOMECLOUD_CONTROL_SOCKET={home.Socket}"], words.Split(' '));
        result.ExitCode.Should().Be(exitCode);
        (result.Output + result.Error).Should().Contain(said);
    }

    [Fact(Timeout = Limit)]
    public async Task The_list_in_Japanese_fits_a_terminal_of_80_columns()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        await WebHome.CreateAsync(client, new { name = "photos-of-the-whole-family", image = "ghcr.io/someone/a-very-long-name-of-an-image:2026.11.30" });
        await WebHome.CreateAsync(client, new { name = "airplay", image = "busybox" });
        await client.PostAsync("/api/v1/servers/airplay/stop", null);

        var shown = (await Command.RunAsync(["script", "-qec", $"stty cols 80; LANG=ja_JP.UTF-8 LC_ALL= TERM=dumb '{Executables.Cli}' ls --socket '{home.Socket}'", "/dev/null"])).OrFail();
        var lines = Escapes().Replace(shown.Output, "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(3);
        lines[0].Should().StartWith("名前");
        lines.Should().OnlyContain(line => CellText.Width(line) <= 80);
        Column(lines[1]).Should().Be(Column(lines[2]), "full-width characters before a column do not move it");

        static int Column(string line) => CellText.Width(line[..line.IndexOf("192.168", StringComparison.Ordinal)].TrimEnd('('));
    }

    [Fact(Timeout = Limit)]
    public async Task The_help_of_a_command_is_Japanese()
    {
        var help = (await RunAsync(["LANG=ja_JP.UTF-8"], "create", "--help")).OrFail().Output;
        help.Should().StartWith("説明:\n  サーバーを作成する。").And.Contain("使い方:\n  homecloud create <name> [<command>...] [オプション]\n").And.MatchRegex("  -m, --memory <memory> +メモリの上限 ");
    }

    /// <summary>Each command's, in a terminal of 80 columns: all of its texts, and nothing of the English ones.</summary>
    [Fact]
    public void No_help_has_English_left_or_is_wider_than_the_terminal()
    {
        var texts = Translation.Read("ja");
        foreach (var command in Visible(CommandLine.Create()))
        {
            var help = TranslatedHelp.Of(English(command), texts, 80);
            foreach (var symbol in command.Options.Cast<Symbol>().Concat(command.Arguments).Concat(command.Subcommands).Append(command).Where(symbol => !symbol.Hidden))
            {
                help.Should().NotContain(symbol.Description);
                Unset(help).Should().Contain(Unset(texts.Texts[symbol.Description!]), "of {0}", command.Name);
            }

            help.Split('\n').Should().OnlyContain(line => CellText.Width(line) <= 80);
        }
    }

    private static string English(System.CommandLine.Command command)
    {
        var path = CommandLineProblems.Path(command).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var root = CommandLine.Create();
        using var output = new StringWriter();
        var help = new HelpAction { MaxWidth = int.MaxValue };
        var parsed = root.Parse([.. path, "--help"]);
        parsed.InvocationConfiguration.Output = output;
        help.Invoke(parsed);
        return output.ToString();
    }

    /// <summary>As one word, however it was broken into lines.</summary>
    private static string Unset(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static IEnumerable<System.CommandLine.Command> Visible(System.CommandLine.Command command) => command.Subcommands.Where(inner => !inner.Hidden).SelectMany(Visible).Prepend(command);

    private static Task<CommandResult> RunAsync(string[] environment, params string[] words) =>
        Command.RunAsync(["env", "-u", "LC_ALL", "-u", "LC_MESSAGES", "-u", "LANG", "-u", "HOMECLOUD_LANG", .. environment, Executables.Cli, .. words]);

    [GeneratedRegex(@"\e\[[0-9;?]*[a-zA-Z]")]
    private static partial Regex Escapes();
}
