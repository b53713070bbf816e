using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Docker.Requests;

namespace HomeCloud.Agent.Docker;

/// <summary>Images: inspect, pull, build.</summary>
public sealed partial class DockerClient
{
    /// <summary>Until the registry says anything at all.</summary>
    private static readonly TimeSpan PullTimeout = TimeSpan.FromMinutes(2);

    /// <returns>Null when there is no such image here.</returns>
    internal async Task<ImageInspection?> InspectImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            // Slashes of the image's name are part of the path here.
            return await GetAsync($"images/{image}/json", DockerRequestJson.Default.ImageInspection, cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound)
        {
            return null;
        }
    }

    /// <summary>Fetches an image; the lines tell how it goes, the last one perhaps an error.</summary>
    internal async IAsyncEnumerable<StatusLine> PullImageAsync(string image, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, $"images/create?fromImage={Uri.EscapeDataString(image)}", null, cancellationToken, PullTimeout);
        await foreach (var line in JsonLines.ReadAsync(Endpoint, response, DockerRequestJson.Default.StatusLine, cancellationToken))
            yield return line;
    }

    /// <summary>Builds from a tar stream with a Dockerfile; network access as the machine itself has it, because Docker's own bridge may be off.</summary>
    internal async IAsyncEnumerable<StatusLine> BuildImageAsync(string tag, Stream tar, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var content = new StreamContent(tar);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using var response = await SendAsync(HttpMethod.Post, $"build?t={Uri.EscapeDataString(tag)}&rm=1&forcerm=1&networkmode=host", content, cancellationToken, PullTimeout);
        await foreach (var line in JsonLines.ReadAsync(Endpoint, response, DockerRequestJson.Default.StatusLine, cancellationToken))
            yield return line;
    }
}
