using System.Text.RegularExpressions;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary><c>NAME:/path[:ro]</c> and <c>/folder:/path[:ro]</c>, checked against the one folder that may be mounted.</summary>
internal static partial class MountParser
{
    /// <param name="text">As asked for.</param>
    /// <param name="storage">Prefix of this server's own volumes.</param>
    /// <param name="mountRoot">Folders must lie below it; empty for none.</param>
    public static Outcome<MountPlan> Parse(string text, string storage, string mountRoot)
    {
        var parts = text.Split(':');
        if (parts.Length is < 2 or > 3 || (parts.Length == 3 && parts[2] is not ("ro" or "rw")))
        {
            return Invalid(text, "Write NAME:/path or /folder:/path, with :ro at the end for reading only.");
        }

        var target = parts[1];
        if (!target.StartsWith('/') || target == "/" || target.Contains("..", StringComparison.Ordinal) || target.Any(char.IsControl))
        {
            return Invalid(text, "The path inside must be absolute, for instance /data.");
        }

        var readOnly = parts.Length == 3 && parts[2] == "ro";
        var source = parts[0];
        if (source.StartsWith('/') || source.StartsWith('.') || source.StartsWith('~'))
        {
            return Folder(source, target, readOnly, mountRoot);
        }

        return VolumeRule().IsMatch(source)
            ? new MountPlan($"{storage}-{source}", target, readOnly, IsPath: false)
            : Invalid(text, "A volume's name has letters, digits, dots, hyphens and underscores.");
    }

    private static Outcome<MountPlan> Folder(string source, string target, bool readOnly, string mountRoot)
    {
        if (mountRoot.Length == 0)
        {
            return new ServerProblem(
                ProblemCode.MountNotAllowed,
                $"Mounting the machine's folder {source} is not allowed.",
                "Use a volume (NAME:/path), or start the agent with --mount-root FOLDER and mount from below it.");
        }

        if (!Path.IsPathFullyQualified(source))
        {
            return Invalid(source, "Give the folder's absolute path.");
        }

        // Resolved, so that neither .. nor a symbolic link leads out.
        var root = Resolve(Path.GetFullPath(mountRoot));
        var folder = Resolve(Path.GetFullPath(source));
        return folder == root || folder.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? new MountPlan(folder, target, readOnly, IsPath: true)
            : new ServerProblem(
                ProblemCode.MountNotAllowed,
                $"The folder {source} is not below {mountRoot}.",
                $"Move it below {mountRoot}, or change the agent's --mount-root.");
    }

    private static string Resolve(string path)
    {
        var resolved = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(resolved, part);
            var folder = new DirectoryInfo(next);
            resolved = folder.Exists ? folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next : next;
        }

        return Path.GetFullPath(resolved);
    }

    private static ServerProblem Invalid(string text, string fix) => new(ProblemCode.InvalidVolume, $"The volume {text} is not understood.", fix);

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}\z")]
    private static partial Regex VolumeRule();
}
