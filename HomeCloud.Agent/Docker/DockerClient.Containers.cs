using HomeCloud.Agent.Docker.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>Containers: list and inspect.</summary>
public sealed partial class DockerClient
{
    public async Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(CancellationToken cancellationToken = default) =>
        await GetAsync("containers/json?all=1", DockerJson.Default.ListContainerSummary, cancellationToken);

    public async Task<ContainerInspection?> InspectContainerAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync($"containers/{Uri.EscapeDataString(idOrName)}/json", DockerJson.Default.ContainerInspection, cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound)
        {
            return null;
        }
    }
}
