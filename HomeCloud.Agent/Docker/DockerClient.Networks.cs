using HomeCloud.Agent.Docker.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>Networks: list and inspect.</summary>
public sealed partial class DockerClient
{
    public async Task<IReadOnlyList<NetworkInspection>> ListNetworksAsync(CancellationToken cancellationToken = default) =>
        await GetAsync("networks", DockerJson.Default.ListNetworkInspection, cancellationToken);

    /// <returns>Null when there is no such network.</returns>
    public async Task<NetworkInspection?> InspectNetworkAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync($"networks/{Uri.EscapeDataString(idOrName)}", DockerJson.Default.NetworkInspection, cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound)
        {
            return null;
        }
    }
}
