using System.Text.RegularExpressions;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>From the engine's words to a problem with a fix. The engine has few codes and many sentences.</summary>
internal static partial class EngineProblems
{
    public static ServerProblem From(DockerException exception) => exception switch
    {
        EngineAwayException or EngineNotFollowedException => new ServerProblem(ProblemCode.EngineAway, exception.Message, "Start it (systemctl start docker), then try again; homecloud doctor finds details."),
        EngineRefusedException refused => From(refused),
        _ => new ServerProblem(ProblemCode.EngineRefused, exception.Message),
    };

    /// <summary>Docker lets nobody choose addresses in a subnet that it has chosen.</summary>
    public static bool IsAboutTheSubnet(EngineRefusedException refused) => Says(refused.Message, "networks with user configured subnets");

    /// <summary>Another client, or the engine itself, is removing it already.</summary>
    public static bool IsGoing(EngineRefusedException refused) => refused.Refusal == EngineRefusal.Conflict && Says(refused.Message, "already in progress");

    public static ServerProblem PullFailed(string image, string error)
    {
        if (Says(error, "no space left on device"))
            return DiskFull(error);

        if (Says(error, "no basic auth credentials", "unauthorized", "authentication required", "incorrect username or password"))
            return new ServerProblem(ProblemCode.ImagePullFailed, $"{image} cannot be pulled: its registry needs a login.", "Run docker login where the agent can read it: see docs/servers.md, Private images.");

        return Says(error, "not found", "does not exist", "no such image", "manifest unknown", "pull access denied")
            ? new ServerProblem(ProblemCode.ImageNotFound, $"There is no image {image}.", "Check the spelling. A private image needs a login that the agent can read: see docs/servers.md, Private images.")
            : new ServerProblem(ProblemCode.ImagePullFailed, $"{image} cannot be pulled: {error.Trim()}", "Check that this machine reaches the internet and resolves the registry's name.");
    }

    private static ServerProblem From(EngineRefusedException refused)
    {
        var text = refused.Message;
        if (Says(text, "no space left on device"))
            return DiskFull(text);

        if (Says(text, "no such image"))
            return new ServerProblem(ProblemCode.ImageNotFound, text, "Pull it first, or check the spelling.");

        if (Says(text, "address already in use") && Says(text, " MAC to ", "set macvlan up"))
            return new ServerProblem(ProblemCode.MacInUse, $"Another process on this machine has its MAC address, perhaps one that the engine left behind when it was killed: {text}", "Restart this machine, or give the server a new MAC address: homecloud set NAME --new-mac");

        if (Says(text, "task ") && Says(text, "already exists"))
            return LeftShim(text);

        if (Says(text, "address already in use", "already allocated", "no available ip"))
            return new ServerProblem(ProblemCode.AddressTaken, $"Docker reports that the address is taken: {text}", "Try again, or choose another address.");

        return refused.Refusal switch
        {
            EngineRefusal.Conflict when Says(text, "already in use") => new ServerProblem(ProblemCode.NameTaken, text, "Choose another name."),
            EngineRefusal.NotFound => new ServerProblem(ProblemCode.NotFound, text),
            _ => new ServerProblem(ProblemCode.EngineRefused, $"Docker refused: {text}"),
        };
    }

    // A new dockerd, and a new containerd too, take the shim over as it is: each start fails until it has ended.
    private static ServerProblem LeftShim(string text)
    {
        var id = ContainerId().Match(text);
        return new ServerProblem(
            ProblemCode.EngineRefused,
            $"The engine was killed while it started this server, and left a process behind: {text}",
            id.Success ? (Phrase)$"End that process, then start the server:  sudo pkill -f '[c]ontainerd-shim.*{id.Value[..12]}'" : "Restart this machine.");
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex ContainerId();

    private static ServerProblem DiskFull(string text) =>
        new(ProblemCode.DiskFull, $"The disk is full: {text}", "Free disk space (example: docker system prune)");

    private static bool Says(string text, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (text.Contains(part, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
