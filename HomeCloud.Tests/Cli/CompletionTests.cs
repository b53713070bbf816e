using HomeCloud.Agent.Naming;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Web;

namespace HomeCloud.Tests.Cli;

/// <summary>The completion scripts in the shells that they are for: sourced, and then asked as the tab key asks.</summary>
[Trait("Category", "Slow")]
public sealed class CompletionTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-completion").FullName;

    public CompletionTests() => File.CreateSymbolicLink(Path.Combine(_folder, "homecloud"), Executables.Cli);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = Limit)]
    [InlineData("homecloud cre", "create")]
    [InlineData("homecloud name ", "add", "ls", "rm")]
    [InlineData("homecloud show air", "airplay")]
    [InlineData("homecloud rm airplay ", "airplay", "media")]
    [InlineData("homecloud create x --tem", "--template")]
    [InlineData("homecloud create x --template gi", "gitea")]
    public async Task Bash_completes_commands_options_and_the_names_of_servers(string line, params string[] expected)
    {
        const string Script = """
            source <(homecloud completion bash)
            complete -p homecloud >/dev/null || exit 1
            COMP_LINE=$1 COMP_POINT=${#1}
            read -r -a COMP_WORDS <<<"$1"
            [[ $1 == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _homecloud
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        await AskAsync(expected, "bash", "--norc", "-c", Script, "bash", line);
    }

    [Fact(Timeout = Limit)]
    public async Task Zsh_completes_when_the_tab_key_is_pressed()
    {
        // A shell on a terminal of its own, as a person has it.
        const string Script = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; source <(homecloud completion zsh); print re''ady"
            zpty -r shell seen $'*ready\r\n*' || exit 1
            zpty -w -n shell $'homecloud cre\t'
            zpty -r shell seen '*create*' || exit 2
            zpty -w -n shell $'\C-uhomecloud show air\t'
            zpty -r shell seen '*play*' || exit 3
            zpty -d shell
            print completed
            """;
        await AskAsync(["completed"], "zsh", "-f", "-c", Script);
    }

    [Fact(Timeout = Limit)]
    public async Task Fish_completes_too()
    {
        const string Script = "homecloud completion fish | source; complete -C 'homecloud cre'; complete -C 'homecloud show air'";
        await AskAsync(["create", "airplay"], "fish", "--no-config", "-c", Script);
    }

    /// <summary>Until what is expected comes: on a busy machine the key is pressed again, because names that take longer than two seconds are left out.</summary>
    private async Task AskAsync(string[] expected, params string[] shell)
    {
        await using var home = await WebHome.StartAsync();
        foreach (var (name, id) in new[] { ("airplay", 'a'), ("media", 'b') })
            home.Engine.Add(new ContainerFacts { Id = new string(id, 64), Name = name, Image = "box", Life = ContainerLife.Running });

        var path = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        string seen = "";
        var isComplete = await Poll.UntilAsync(
            async () =>
            {
                var result = await Command.RunAsync(["env", $"PATH={path}", $"HOMECLOUD_CONTROL_SOCKET={home.Socket}", "TERM=xterm", .. shell], timeout: Patience);
                seen = result.Text;
                var words = result.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return result.ExitCode == 0 && !expected.Except(words).Any();
            },
            Patience);
        isComplete.Should().BeTrue(seen);
    }
}
