using System.CommandLine;

namespace HomeCloud.Cli.Commands;

/// <summary><c>completion bash|zsh|fish</c>: a script that asks us at each press of the tab key.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _homecloud() {
            # No compgen -W: it expands its words as the shell does.
            local word
            COMPREPLY=()
            while IFS= read -r word; do
                [[ $word == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$word")
            done < <(homecloud "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
        }
        complete -F _homecloud homecloud
        """;

    private const string Zsh = """
        #compdef homecloud
        _homecloud() {
            local -a found
            found=("${(@f)$(homecloud "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -- $found
        }
        # Autoloaded from a folder of $fpath this file is the function itself; sourced, it only tells of it.
        if [[ ${funcstack[1]} == _homecloud ]]; then
            _homecloud "$@"
        else
            compdef _homecloud homecloud
        fi
        """;

    private const string Fish = """
        function __homecloud_complete
            set -l line (commandline -cp)
            homecloud "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -f -c homecloud -a '(__homecloud_complete)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script (example: homecloud completion bash > /etc/bash_completion.d/homecloud)") { shell };
        command.SetAction(parse => Console.Out.WriteLine(parse.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
        return command;
    }
}
