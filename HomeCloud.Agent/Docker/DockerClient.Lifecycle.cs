using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HomeCloud.Agent.Docker.Requests;

namespace HomeCloud.Agent.Docker;

/// <summary>Containers: create, start, stop, restart, rename, remove.</summary>
public sealed partial class DockerClient
{
    /// <summary>Seconds that a container has to stop by itself.</summary>
    private const int StopSeconds = 10;

    /// <summary>The engine answers a stop only when it is done; making a container may wait for a slow disk.</summary>
    private static readonly TimeSpan LifecycleTimeout = TimeSpan.FromSeconds(90);

    internal async Task<string> CreateContainerAsync(string name, CreateContainerBody body, CancellationToken cancellationToken)
    {
        using var content = Json(body, DockerRequestJson.Default.CreateContainerBody);
        using var response = await SendAsync(HttpMethod.Post, $"containers/create?name={Uri.EscapeDataString(name)}", content, cancellationToken, LifecycleTimeout);
        return (await ReadAsync(response, DockerRequestJson.Default.CreatedContainer, cancellationToken)).Id ?? string.Empty;
    }

    public Task StartContainerAsync(string idOrName, CancellationToken cancellationToken) => PostAsync(idOrName, "start", cancellationToken);

    public Task StopContainerAsync(string idOrName, CancellationToken cancellationToken) =>
        PostAsync(idOrName, string.Create(CultureInfo.InvariantCulture, $"stop?t={StopSeconds}"), cancellationToken);

    public Task RestartContainerAsync(string idOrName, CancellationToken cancellationToken) =>
        PostAsync(idOrName, string.Create(CultureInfo.InvariantCulture, $"restart?t={StopSeconds}"), cancellationToken);

    public Task RenameContainerAsync(string idOrName, string name, CancellationToken cancellationToken) =>
        PostAsync(idOrName, $"rename?name={Uri.EscapeDataString(name)}", cancellationToken);

    /// <summary>Kills and removes, anonymous volumes included. Not being there is no error.</summary>
    public async Task RemoveContainerAsync(string idOrName, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Delete, $"containers/{Uri.EscapeDataString(idOrName)}?force=1&v=1", null, cancellationToken, LifecycleTimeout);
        }
        catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound)
        {
            // Gone is what was asked for.
        }
    }

    private async Task PostAsync(string idOrName, string action, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, $"containers/{Uri.EscapeDataString(idOrName)}/{action}", null, cancellationToken, LifecycleTimeout);
    }

    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type)
    {
        // With a known length: old engines do not take chunked bodies everywhere.
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
