using HomeCloud.Agent.Servers.Addresses;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.History;
using HomeCloud.Agent.Servers.Naming;

namespace HomeCloud.Agent.Servers.Keeping;

/// <summary>Start, stop, restart, rename and remove, for any container by its name, ours or not.</summary>
public sealed class ServerKeeper(IServerEngine engine, NameClaims names, ReservationBook book, HistoryLog history)
{
    public Task<ServerProblem?> StartAsync(string name, string by, CancellationToken cancellationToken) =>
        DoAsync(name, by, HistoryKind.Started, engine.StartAsync, cancellationToken);

    public Task<ServerProblem?> StopAsync(string name, string by, CancellationToken cancellationToken) =>
        DoAsync(name, by, HistoryKind.Stopped, engine.StopAsync, cancellationToken);

    public Task<ServerProblem?> RestartAsync(string name, string by, CancellationToken cancellationToken) =>
        DoAsync(name, by, HistoryKind.Restarted, engine.RestartAsync, cancellationToken);

    public async Task<ServerProblem?> RenameAsync(string name, string? wanted, string by, CancellationToken cancellationToken)
    {
        if (ServerName.Problem(wanted) is { } bad)
        {
            return bad;
        }

        var to = ServerName.Fold(wanted!);
        var found = await FindAsync(name, cancellationToken);
        if (!found.IsSuccess)
        {
            return found.Problem;
        }

        var others = await engine.ListAsync(cancellationToken);
        if (!others.IsSuccess)
        {
            return others.Problem;
        }

        if (names.Taken(to, others.Value, found.Value.Id) is { } taken)
        {
            return taken;
        }

        // The book first: it is durable, and a rename that then fails is taken back.
        history.Expect(HistoryKind.Renamed, to);
        book.Rename(name, to);
        if (await engine.RenameAsync(found.Value.Id, to, cancellationToken) is { } problem)
        {
            book.Rename(to, name);
            return problem;
        }

        history.Add(HistoryKind.Renamed, name, by, $"now {to}");
        history.Add(HistoryKind.Renamed, to, by, $"was {name}");
        return null;
    }

    /// <param name="name">The server.</param>
    /// <param name="withVolumes">Also its volumes and its reservation: nothing is kept.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up between the steps.</param>
    /// <param name="kind">Removed, or Expired.</param>
    public async Task<ServerProblem?> RemoveAsync(
        string name, bool withVolumes, string by, CancellationToken cancellationToken, HistoryKind kind = HistoryKind.Removed)
    {
        var found = await FindAsync(name, cancellationToken);
        if (!found.IsSuccess)
        {
            return found.Problem;
        }

        history.Expect(HistoryKind.Removed, name);
        if (await engine.RemoveAsync(found.Value.Id, cancellationToken) is { } problem)
        {
            return problem;
        }

        history.Add(kind, name, by, withVolumes ? "with its volumes" : "its volumes are kept");
        if (!withVolumes)
        {
            return null;
        }

        var prefix = (book.Find(name)?.Storage ?? name) + "-";
        foreach (var volume in found.Value.Volumes.Where(v => v.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (await engine.RemoveVolumeAsync(volume, cancellationToken) is { } left)
            {
                return left;
            }
        }

        book.Forget(name);
        return null;
    }

    public async Task<Outcome<EngineContainer>> FindAsync(string name, CancellationToken cancellationToken)
    {
        var all = await engine.ListAsync(cancellationToken);
        if (!all.IsSuccess)
        {
            return all.Problem;
        }

        return all.Value.FirstOrDefault(c => c.Name == name) is { } found
            ? found
            : new ServerProblem(ProblemCode.NotFound, $"There is no server named {(name.Length > 63 ? name[..63] : name)}.", "homecloud ls shows all of them.");
    }

    private async Task<ServerProblem?> DoAsync(
        string name, string by, HistoryKind kind, Func<string, CancellationToken, Task<ServerProblem?>> action, CancellationToken cancellationToken)
    {
        var found = await FindAsync(name, cancellationToken);
        if (!found.IsSuccess)
        {
            return found.Problem;
        }

        history.Expect(kind, name);
        if (await action(found.Value.Id, cancellationToken) is { } problem)
        {
            return problem;
        }

        history.Add(kind, name, by);
        return null;
    }
}
