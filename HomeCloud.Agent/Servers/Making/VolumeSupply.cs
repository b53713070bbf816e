using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Progress;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Makes the volumes a server wants and lacks. One that was there before is used as it is, and never taken back.</summary>
public sealed class VolumeSupply(IServerEngine engine)
{
    /// <returns>Null when all are there.</returns>
    internal async Task<ServerProblem?> EnsureAsync(ServerPlan plan, Operation operation, Undo undo, CancellationToken cancellationToken)
    {
        var wanted = plan.Mounts.Where(m => !m.IsPath).Select(m => m.Source).Distinct().ToList();
        if (wanted.Count == 0)
        {
            return null;
        }

        operation.Report(StepName.Volumes, StepState.Running, "Looking for its volumes");
        var existing = await engine.VolumesAsync(cancellationToken);
        if (!existing.IsSuccess)
        {
            return existing.Problem;
        }

        var labels = new Dictionary<string, string> { [Labels.Server] = "1" };
        var made = 0;
        foreach (var volume in wanted.Where(v => !existing.Value.Contains(v)))
        {
            if (await engine.CreateVolumeAsync(volume, labels, cancellationToken) is { } problem)
            {
                return problem;
            }

            made++;
            undo.Add(() => engine.RemoveVolumeAsync(volume, CancellationToken.None));
        }

        operation.Report(StepName.Volumes, StepState.Done, made == 0 ? "Its volumes are here, as it left them" : $"{string.Join(", ", wanted)}");
        return null;
    }
}
