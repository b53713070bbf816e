using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>
/// What looking at a folder's path alone cannot tell: whether agent and engine see the same folders, and whether another container
/// may write to a folder above it, and so could put a link in its place before the next start.
/// </summary>
public sealed class FolderGuard(ServersOptions options)
{
    private const string MountTable = "/proc/self/mountinfo";

    internal Func<string> ReadMounts { get; init; } = () => File.Exists(MountTable) ? File.ReadAllText(MountTable) : "";

    /// <returns>Null when all folders that a new server mounts are what they seem to be.</returns>
    internal ServerProblem? Check(IEnumerable<MountPlan> mounts, IReadOnlyList<ContainerFacts> containers) =>
        mounts.Where(m => m.IsPath).Select(m => Check(m.Source, !m.ReadOnly, null, containers)).FirstOrDefault(p => p is not null);

    /// <summary>The same before a server that we made is started again. What others mount is their own affair.</summary>
    internal ServerProblem? Check(ContainerFacts container, IReadOnlyList<ContainerFacts> containers)
    {
        if (!container.Labels.ContainsKey(Labels.Server))
            return null;

        foreach (var bind in container.Binds)
        {
            var now = AllowedFolder.Resolve(bind.Source, options.MountRoot);
            if (!now.IsSuccess)
                return now.Problem;

            if (now.Value != bind.Source)
            {
                return new ServerProblem(
                    ProblemCode.MountNotAllowed,
                    $"The path {bind.Source} contains a link that was not there when {container.Name} was created; it points to {now.Value}.",
                    "Restore the folder, or remove the server and create it again with the right folder.");
            }

            if (Check(bind.Source, bind.Writable, container.Id, containers) is { } problem)
                return problem;
        }

        return null;
    }

    private ServerProblem? Check(string folder, bool writable, string? self, IReadOnlyList<ContainerFacts> containers)
    {
        if (options.EngineIsRemote)
        {
            return new ServerProblem(
                ProblemCode.MountNotAllowed,
                $"The engine is on another machine, so the agent cannot check {folder} there.",
                "Use a volume (NAME:/path), or run the agent on that machine.");
        }

        var own = OwnContainer(containers);
        if (own is not null && !own.Binds.Any(b => b.Source == b.Target && AllowedFolder.IsWithin(folder, b.Source)))
        {
            return new ServerProblem(
                ProblemCode.MountNotAllowed,
                $"HomeCloud runs in the container {own.Name}, where {folder} is not this machine's folder, so the agent cannot check where it points to.",
                $"Mount the folder into that container at the same path; in compose, below volumes:  - {options.MountRoot}:{options.MountRoot}:ro");
        }

        foreach (var other in containers.Where(c => c.Id != self && c != own))
        {
            foreach (var bind in other.Binds)
            {
                if (bind.Writable && IsAbove(bind.Source, folder))
                    return Nested($"The container {other.Name} may write to {bind.Source}; with {folder} in a second server, one of them could replace the other's folder by a link.");

                if (writable && other.Labels.ContainsKey(Labels.Server) && IsAbove(folder, bind.Source))
                    return Nested($"The container {other.Name} mounts {bind.Source}; with {folder} in a second server, one of them could replace the other's folder by a link.");
            }
        }

        return null;
    }

    /// <summary>A container's name files are mounted into it, out of a folder of the engine's that has the container's id in its path.</summary>
    private ContainerFacts? OwnContainer(IReadOnlyList<ContainerFacts> containers)
    {
        // proc_pid_mountinfo(5): id, parent, device, path within its file system, path here, …
        var sources = ReadMounts().Split('\n').Select(line => line.Split(' '))
            .Where(fields => fields.Length > 4 && (fields[4] is "/etc/hostname" or "/etc/hosts" or "/etc/resolv.conf"))
            .Select(fields => fields[3]).ToList();
        return containers.FirstOrDefault(c => sources.Exists(source => source.Contains(c.Id, StringComparison.Ordinal)));
    }

    private static bool IsAbove(string folder, string other) => folder != other && AllowedFolder.IsWithin(other, folder);

    private static ServerProblem Nested(Phrase message) => new(
        ProblemCode.MountNotAllowed,
        message,
        "Mount the same folder in both, folders beside each other, or the outer one read-only (:ro).");
}
