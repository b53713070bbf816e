using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>
/// Keeps folders that servers mount below the one that the agent was given. The engine, which is root, follows whatever links it
/// finds at each start. So every step of the way is looked at, one that cannot be seen is refused, and so is one where a user
/// other than the folder's owner could put a link later.
/// </summary>
internal static class AllowedFolder
{
    /// <summary>As the kernel does (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <param name="source">An absolute path; hostile.</param>
    /// <param name="mountRoot">The folder to stay in; empty when none may be mounted.</param>
    /// <returns>The folder itself, without any link on the way to it.</returns>
    public static Outcome<string> Resolve(string source, string mountRoot)
    {
        if (mountRoot.Length == 0)
        {
            return new ServerProblem(
                ProblemCode.MountNotAllowed,
                $"Mounting the machine's folder {source} is not allowed.",
                "Use a volume (NAME:/path), or start the agent with --mount-root FOLDER and mount folders below it.");
        }

        var root = Walk(mountRoot);
        if (!root.IsSuccess)
            return root.Problem;

        var folder = Walk(source);
        if (!folder.IsSuccess)
            return folder.Problem;

        return IsWithin(folder.Value, root.Value)
            ? folder
            : new ServerProblem(
                ProblemCode.MountNotAllowed, $"The folder {source} is not below {mountRoot}.", $"Move it below {mountRoot}, or change the agent's --mount-root.");
    }

    /// <summary>Whether <paramref name="folder"/> is <paramref name="root"/> or below it; both resolved.</summary>
    public static bool IsWithin(string folder, string root) => folder == root || folder.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static Outcome<string> Walk(string path)
    {
        var left = new Stack<string>(Parts(path));
        var resolved = "/";
        for (var links = 0; left.TryPop(out var part);)
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            if (MayBeReplaced(resolved))
            {
                return new ServerProblem(
                    ProblemCode.MountNotAllowed,
                    $"Other users can write to {resolved} and could replace {part} by a link.",
                    $"Run chmod go-w {resolved}, or mount a folder whose parents only their owner can write to.");
            }

            var next = Path.Combine(resolved, part);
            try
            {
                var folder = new DirectoryInfo(next);
                if (folder.LinkTarget is { } target)
                {
                    if (++links > MostLinks)
                        return Unseen(path, $"{next} is a link loop");

                    resolved = target.StartsWith('/') ? "/" : resolved;
                    foreach (var step in Parts(target))
                        left.Push(step);

                    continue;
                }

                // Throws where the agent may not look, which Exists does not tell from "not there".
                if (!File.GetAttributes(next).HasFlag(FileAttributes.Directory))
                    return Unseen(path, $"{next} is not a folder");
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                return Unseen(path, exception is UnauthorizedAccessException ? (Phrase)$"the agent may not read {resolved}" : $"the folder {next} does not exist");
            }

            resolved = next;
        }

        return resolved;
    }

    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();

    /// <summary>A sticky folder, as /tmp, lets nobody replace what is another's (chmod(1), restricted deletion).</summary>
    private static bool MayBeReplaced(string folder)
    {
        if (OperatingSystem.IsWindows())
            return false;

        try
        {
            var mode = File.GetUnixFileMode(folder);
            return (mode & OthersWrite) != 0 && (mode & UnixFileMode.StickyBit) == 0;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // What cannot be looked at is refused at its next step, with its own words.
            return false;
        }
    }

    private static ServerProblem Unseen(string path, Phrase reason) => new(
        ProblemCode.MountNotAllowed,
        $"Cannot check where {path} is: {reason}.",
        "Create the folder, and let the agent's user enter every folder of its path (chmod o+x).");
}
