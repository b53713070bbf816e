using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary>An interactive shell on the lab's laptop.</summary>
internal static class LaptopShell
{
    public const string Hint = $"""

        You are on the laptop. Its DNS is the router ({Lan.Router4}), which asks HomeCloud on the server ({Lan.FirstServer4}).
          dig airplay.home            ssh airplay.home            curl http://airplay.home:8080/
          run nas                     starts another container by name; docker and homecloud work from here too
          exit                        takes everything down

        """;

    public static Task<int> RunAsync(HomeLab lab)
    {
        var start = Path.Combine(lab.Laptop.State, "bashrc");
        File.WriteAllText(start, Script(lab));
        return Command.RunOnTerminalAsync(lab.Laptop.Enter("bash", "--rcfile", start, "-i"));
    }

    private static string Script(HomeLab lab) => $$"""
        [ -f /etc/bash.bashrc ] && . /etc/bash.bashrc
        PS1='laptop:\w\$ '
        unset PROMPT_COMMAND HISTFILE
        PATH={{lab.Paths.Tools}}:$PATH
        export DOCKER_HOST={{lab.Server.Engine.Endpoint}}
        export HOMECLOUD_CONTROL_SOCKET={{lab.Paths.ControlSocket(lab.Server.Machine.Name)}}
        run() { docker run --detach --name "$1" --hostname "$1" --network {{Lan.DockerNetwork}} "${@:2}" {{BoxImage.Name}} >/dev/null && dig +short "$1.home"; }
        ssh() { command ssh -i {{BoxImage.KeyPath}} -l root -o UserKnownHostsFile=/run/known_hosts -o StrictHostKeyChecking=accept-new "$@"; }
        homecloud() { '{{Executables.Cli}}' "$@"; }

        """;
}
