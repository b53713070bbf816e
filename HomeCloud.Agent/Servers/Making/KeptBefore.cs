using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>The containers that a server had before its last change, set aside to go back to: they go where their server goes.</summary>
internal static class KeptBefore
{
    public static IEnumerable<ContainerFacts> Of(string server, IReadOnlyList<ContainerFacts> aside) =>
        aside.Where(container => AsideName.ServerOf(container.Name) == server && !AsideName.IsNext(container.Name));

    /// <param name="engine">Where they are.</param>
    /// <param name="server">Whose.</param>
    /// <param name="except">Id of one to keep; null for none.</param>
    public static async Task<ServerProblem?> RemoveAsync(IServerEngine engine, string server, string? except = null)
    {
        var aside = await engine.AsideAsync(CancellationToken.None);
        foreach (var kept in Of(server, aside.Value ?? []).Where(container => container.Id != except))
        {
            var source = await engine.SourceAsync(kept.Id, CancellationToken.None);
            if (await engine.RemoveAsync(kept.Id, kill: true, CancellationToken.None) is { } problem)
                return problem;
            if (source.IsSuccess)
                await engine.RemoveNamelessImageAsync(source.Value.ImageId, CancellationToken.None);
        }

        return aside.Problem;
    }

    public static async Task RenameAsync(IServerEngine engine, string server, string to)
    {
        var aside = await engine.AsideAsync(CancellationToken.None);
        foreach (var kept in Of(server, aside.Value ?? []))
            await engine.RenameAsync(kept.Id, AsideName.Before(to, kept.Id), CancellationToken.None);
    }
}
