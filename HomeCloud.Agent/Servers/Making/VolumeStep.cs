using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// Makes the volumes a server wants and lacks. One that was there before is used as it is, and never taken back, but only when it
/// is this server's: a volume belongs to one server. Another's is mounted when it is asked for by its full name, with <c>shared</c>.
/// </summary>
internal sealed class VolumeStep(IServerEngine engine) : IMakingStep
{
    /// <returns>Null when all its volumes are its own, or asked for.</returns>
    public async Task<ServerProblem?> CheckAsync(ServerInMaking making, CancellationToken cancellationToken)
    {
        if (making.Plan.Mounts.All(mount => mount.IsPath))
            return null;

        var existing = await engine.VolumesAsync(cancellationToken);
        return existing.IsSuccess ? await CheckAsync(making, existing.Value, cancellationToken) : existing.Problem;
    }

    public async Task<ServerProblem?> RunAsync(ServerInMaking making, CancellationToken cancellationToken)
    {
        var (plan, operation, storage) = (making.Plan, making.Operation, making.Reservation.Storage);
        if (plan.Mounts.All(m => m.IsPath))
            return null;

        operation.Report(StepName.Volumes, StepState.Running, "Checking its volumes");
        var existing = await engine.VolumesAsync(cancellationToken);
        if (!existing.IsSuccess)
            return existing.Problem;

        // Time has passed since the first look: the image may have been long in coming.
        if (await CheckAsync(making, existing.Value, cancellationToken) is { } refused)
            return refused;

        var wanted = plan.Mounts.Where(m => !m.IsPath).Select(m => m.For(storage).Source).Distinct().ToList();
        var missing = wanted.Except(existing.Value.Select(v => v.Name)).ToList();
        var labels = new Dictionary<string, string> { [Labels.Server] = plan.Making, [Labels.Storage] = storage };
        foreach (var volume in missing)
        {
            making.Undo.Add($"the volume {volume} (docker volume rm {volume})", () => TakeBackAsync(volume, plan.Making));
            if (await engine.CreateVolumeAsync(volume, labels, cancellationToken) is { } problem)
                return problem;
        }

        operation.Report(StepName.Volumes, StepState.Done, missing.Count == 0 ? "Its existing volumes are used again" : string.Join(", ", wanted));
        return null;
    }

    private async Task<ServerProblem?> CheckAsync(ServerInMaking making, IReadOnlyList<EngineVolume> existing, CancellationToken cancellationToken)
    {
        var containers = await engine.ListAsync(cancellationToken);
        if (!containers.IsSuccess)
            return containers.Problem;

        var storage = making.Reservation.Storage;
        return making.Plan.Mounts.Where(m => !m.IsPath).Select(m => Refusal(m.For(storage), storage, existing, containers.Value)).FirstOrDefault(p => p is not null);
    }

    private static ServerProblem? Refusal(MountPlan mount, string storage, IReadOnlyList<EngineVolume> existing, IReadOnlyList<ContainerFacts> containers)
    {
        var name = mount.Source;
        if (existing.FirstOrDefault(v => v.Name == name) is not { } volume)
        {
            return mount.Kind == MountKind.SharedVolume
                ? new ServerProblem(ProblemCode.InvalidVolume, $"There is no volume {name} to share.", "docker volume ls lists them; NAME:/path without shared creates one.")
                : null;
        }

        if (mount.Kind == MountKind.SharedVolume)
            return null;

        Phrase fix = $"Choose another name for the volume or the server; to mount it together on purpose, write {name}:{mount.Target}:shared.";
        if (containers.FirstOrDefault(c => c.Volumes.Contains(name)) is { } user)
            return new ServerProblem(ProblemCode.VolumeTaken, $"The container {user.Name} mounts the volume {name}.", fix);

        return volume.Labels.TryGetValue(Labels.Storage, out var owner) && owner != storage
            ? new ServerProblem(ProblemCode.VolumeTaken, $"The volume {name} holds the data of another server, whose volumes are named {owner}-….", fix)
            : null;
    }

    /// <summary>Only one that this making has made: another program may have made it in the meantime.</summary>
    private async Task<ServerProblem?> TakeBackAsync(string name, string making)
    {
        var volumes = await engine.VolumesAsync(CancellationToken.None);
        if (!volumes.IsSuccess)
            return volumes.Problem;

        return volumes.Value.Any(v => v.Name == name && v.Labels.GetValueOrDefault(Labels.Server) == making)
            ? await engine.RemoveVolumeAsync(name, CancellationToken.None)
            : null;
    }
}
