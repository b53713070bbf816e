using System.Collections.Concurrent;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Agent.Naming;

/// <summary>Takes the labels that only an image handed on from what an engine says of containers. An image never changes under its id, so each is asked for once.</summary>
internal sealed class LabelOrigin(IContainerEngine engine)
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string?>> _images = new(StringComparer.Ordinal);

    public async Task<ContainerInspectResponse> OwnAsync(ContainerInspectResponse container, CancellationToken cancellationToken)
    {
        if (container.Config?.Labels is { } labels && OwnLabels.Concerns(labels))
            container.Config.Labels = OwnLabels.Of(labels, await ImageAsync(container.Image, cancellationToken));
        return container;
    }

    public async Task<ContainerListResponse> OwnAsync(ContainerListResponse container, CancellationToken cancellationToken)
    {
        if (container.Labels is { } labels && OwnLabels.Concerns(labels))
            container.Labels = OwnLabels.Of(labels, await ImageAsync(container.ImageID, cancellationToken));
        return container;
    }

    private async Task<IReadOnlyDictionary<string, string?>?> ImageAsync(string? id, CancellationToken cancellationToken)
    {
        if (id is not { Length: > 0 })
            return null;
        if (_images.TryGetValue(id, out var known))
            return known;
        try
        {
            var labels = await engine.ImageLabelsAsync(id, cancellationToken);
            if (labels is not null)
                _images[id] = labels;
            return labels;
        }
        catch (DockerException)
        {
            // One image that cannot be asked hides no container; the next look asks again.
            return null;
        }
    }
}
