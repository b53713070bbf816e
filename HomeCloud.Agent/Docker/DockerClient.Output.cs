using System.Globalization;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Docker.Requests;

namespace HomeCloud.Agent.Docker;

/// <summary>What a container says and uses: logs, statistics.</summary>
public sealed partial class DockerClient
{
    /// <summary>Lines of both outputs, each with the engine's time in front (RFC 3339, then a space).</summary>
    public async IAsyncEnumerable<(bool IsError, string Line)> ReadLogsAsync(
        string idOrName, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var inspection = await InspectContainerAsync(idOrName, cancellationToken);
        if (inspection is null)
            yield break;
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"containers/{Uri.EscapeDataString(idOrName)}/logs?stdout=1&stderr=1&timestamps=1&tail={tail}&follow={(follow ? 1 : 0)}");
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var line in LogFrames.ReadAsync(stream, inspection.Config?.Tty == true, cancellationToken))
            yield return line;
    }

    /// <returns>Null when there is no such container.</returns>
    internal async Task<UsageReport?> ReadUsageAsync(string idOrName, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync($"containers/{Uri.EscapeDataString(idOrName)}/stats?stream=false&one-shot=true", DockerRequestJson.Default.UsageReport, cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Refusal is EngineRefusal.NotFound or EngineRefusal.Conflict)
        {
            return null;
        }
    }
}
