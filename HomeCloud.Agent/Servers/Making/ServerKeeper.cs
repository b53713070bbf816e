using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Start, stop, restart, rename and remove, for any container by its name, ours or not.</summary>
public sealed class ServerKeeper(IServerEngine engine, NameClaims names, FolderGuard folders, ReservationBook book, HistoryLog history, ChangeBook? changes = null)
{
    public Task<ServerProblem?> StartAsync(string name, string by, CancellationToken cancellationToken) =>
        DoAsync(name, by, HistoryKind.Started, engine.StartAsync, cancellationToken, folders.Check);

    public Task<ServerProblem?> StopAsync(string name, string by, CancellationToken cancellationToken) =>
        DoAsync(name, by, HistoryKind.Stopped, engine.StopAsync, cancellationToken, (container, _) => Protected(container));

    public Task<ServerProblem?> RestartAsync(string name, string by, CancellationToken cancellationToken) =>
        DoAsync(name, by, HistoryKind.Restarted, engine.RestartAsync, cancellationToken, folders.Check);

    public async Task<ServerProblem?> RenameAsync(string name, string? wanted, string by, CancellationToken cancellationToken)
    {
        if (ServerName.ContainerProblem(wanted) is { } bad)
            return bad;

        var to = ServerName.Fold(wanted!);
        var found = await FindFreeAsync(name, cancellationToken);
        if (!found.IsSuccess)
            return found.Problem;

        if (Protected(found.Value) is { } own)
            return own;

        var others = await engine.ListAsync(cancellationToken);
        if (!others.IsSuccess)
            return others.Problem;

        if (names.Taken(to, others.Value, found.Value.Id) is { } taken)
            return taken;

        // The book holds the container's id from here on, so it follows even when the power goes between the two.
        book.Bind(name, found.Value.Id);
        history.Expect(HistoryKind.Renamed, to);
        if (await engine.RenameAsync(found.Value.Id, to, cancellationToken) is { } problem)
            return problem;

        book.Follow([found.Value with { Name = to }]);
        await KeptBefore.RenameAsync(engine, name, to);
        history.Add(HistoryKind.Renamed, name, by, $"now {to}");
        history.Add(HistoryKind.Renamed, to, by, $"was {name}");
        return null;
    }

    /// <param name="name">The server.</param>
    /// <param name="withVolumes">Also its volumes and its reservation: nothing is kept.</param>
    /// <param name="kill">Kill it instead of stopping it with its own signal and time.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up between the steps.</param>
    public async Task<ServerProblem?> RemoveAsync(string name, bool withVolumes, bool kill, string by, CancellationToken cancellationToken)
    {
        var found = await FindFreeAsync(name, cancellationToken);
        if (!found.IsSuccess)
            return found.Problem;

        if (Protected(found.Value) is { } protectedOwn)
            return protectedOwn;

        var volumes = Outcomes.Success<IReadOnlyList<EngineVolume>>([]);
        if (withVolumes)
        {
            volumes = await engine.VolumesAsync(cancellationToken);
            if (!volumes.IsSuccess)
                return volumes.Problem;
        }

        if (await RemoveAsync(found.Value, kill, HistoryKind.Removed, by, withVolumes ? "with its volumes" : "its volumes are kept", cancellationToken) is { } problem)
            return problem;

        if (!withVolumes)
            return null;

        var storage = book.Find(name)?.Storage ?? name;
        var own = volumes.Value!.Where(v => found.Value.Volumes.Contains(v.Name) && IsOf(storage, v)).Select(v => v.Name).ToList();
        ServerProblem? problemLeft = null;
        foreach (var volume in own)
        {
            if (await engine.RemoveVolumeAsync(volume, cancellationToken) is { } left)
                problemLeft ??= left with { Message = $"{name} was removed, but its volume {volume} was not: {left.Message}", Fix = $"When no container uses it any more: docker volume rm {volume}" };
        }

        if (problemLeft is null)
            book.Forget(name);

        return problemLeft;
    }

    /// <summary>Removes one container whose time is over, whatever it is called by now.</summary>
    public Task<ServerProblem?> ExpireAsync(ContainerFacts container, CancellationToken cancellationToken) =>
        RemoveAsync(container, kill: false, HistoryKind.Expired, "homecloud", "its volumes are kept", cancellationToken);

    private async Task<ServerProblem?> RemoveAsync(ContainerFacts container, bool kill, HistoryKind kind, string by, string detail, CancellationToken cancellationToken)
    {
        // It stops first, which the engine tells of too.
        history.Expect(HistoryKind.Stopped, container.Name);
        history.Expect(HistoryKind.Removed, container.Name);
        if (await engine.RemoveAsync(container.Id, kill, cancellationToken) is { } problem)
            return problem;

        // Stopping may have taken longer than an echo is waited for.
        history.Expect(HistoryKind.Removed, container.Name);
        if (await KeptBefore.RemoveAsync(engine, container.Name) is { } kept)
            return kept with { Message = $"{container.Name} was removed, but not the container it had before its last change: {kept.Message}" };

        history.Add(kind, container.Name, by, kill ? $"killed; {detail}" : detail);
        return null;
    }

    /// <summary>What we made for it and for nobody else. Volumes made before they carried their owner are known by their names.</summary>
    private static bool IsOf(string storage, EngineVolume volume) => volume.Labels.TryGetValue(Labels.Storage, out var owner)
        ? owner == storage
        : volume.Labels.ContainsKey(Labels.Server) && volume.Name.StartsWith(storage + "-", StringComparison.Ordinal);

    /// <summary>HomeCloud's own containers: without them names and this page are gone.</summary>
    public static ServerProblem? Protected(ContainerFacts container) =>
        container.Labels.TryGetValue(HomeCloudLabels.Role, out var role)
            ? new ServerProblem(ProblemCode.OwnContainer, $"{container.Name} is part of HomeCloud itself ({PlainText.From(role, 20)}).", "Use docker compose in the folder of its compose file.")
            : null;

    /// <summary>Why it may not be touched now; null when it may.</summary>
    public ServerProblem? Busy(string name) => changes?.Busy(name);

    private async Task<Outcome<ContainerFacts>> FindFreeAsync(string name, CancellationToken cancellationToken) =>
        Busy(name) is { } busy ? busy : await FindAsync(name, cancellationToken);

    public async Task<Outcome<ContainerFacts>> FindAsync(string name, CancellationToken cancellationToken)
    {
        var all = await engine.ListAsync(cancellationToken);
        if (!all.IsSuccess)
            return all.Problem;

        book.Follow(all.Value);
        return all.Value.FirstOrDefault(c => c.Name == name) is { } found
            ? found
            : new ServerProblem(ProblemCode.NotFound, $"There is no server named {(name.Length > 63 ? name[..63] : name)}.", "homecloud ls lists all servers.");
    }

    private async Task<ServerProblem?> DoAsync(
        string name, string by, HistoryKind kind, Func<string, CancellationToken, Task<ServerProblem?>> action, CancellationToken cancellationToken,
        Func<ContainerFacts, IReadOnlyList<ContainerFacts>, ServerProblem?>? check = null)
    {
        var found = await FindFreeAsync(name, cancellationToken);
        if (!found.IsSuccess)
            return found.Problem;

        if (check is not null)
        {
            var all = await engine.ListAsync(cancellationToken);
            if ((all.Problem ?? check(found.Value, all.Value ?? [])) is { } unsafeNow)
                return unsafeNow;
        }

        history.Expect(kind, name);
        if (await action(found.Value.Id, cancellationToken) is { } problem)
            return problem;

        history.Add(kind, name, by);
        return null;
    }
}
