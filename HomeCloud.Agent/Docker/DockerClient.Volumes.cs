using HomeCloud.Agent.Docker.Requests;

namespace HomeCloud.Agent.Docker;

/// <summary>Volumes: list, create, remove.</summary>
public sealed partial class DockerClient
{
    public async Task<IReadOnlyList<string>> ListVolumesAsync(CancellationToken cancellationToken)
    {
        var list = await GetAsync("volumes", DockerRequestJson.Default.VolumeList, cancellationToken);
        return [.. (list.Volumes ?? []).Select(v => v?.Name).OfType<string>()];
    }

    public async Task CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        using var content = Json(new CreateVolumeBody(name, labels), DockerRequestJson.Default.CreateVolumeBody);
        using var response = await SendAsync(HttpMethod.Post, "volumes/create", content, cancellationToken);
    }

    /// <summary>Not being there is no error.</summary>
    public async Task RemoveVolumeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Delete, $"volumes/{Uri.EscapeDataString(name)}", null, cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound)
        {
            // Gone is what was asked for.
        }
    }
}
