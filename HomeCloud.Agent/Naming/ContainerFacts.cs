using System.Collections.Immutable;

namespace HomeCloud.Agent.Naming;

/// <summary>What naming needs to know of one container: parsed, complete, immutable.</summary>
public sealed record ContainerFacts
{
    private const int ShortIdLength = 12;

    public required string Id { get; init; }

    /// <summary>Without the engine's leading slash; the short id when it has none.</summary>
    public required string Name { get; init; }

    public DateTimeOffset Created { get; init; }

    public ContainerLife Life { get; init; }

    /// <summary>Since when <see cref="Life"/> holds, in UTC with whole seconds.</summary>
    public DateTimeOffset Since { get; init; }

    public long ExitCode { get; init; }

    public bool OutOfMemory { get; init; }

    public ContainerHealthState Health { get; init; }

    public string Image { get; init; } = "";

    /// <summary><c>host</c>, <c>none</c>, <c>container:ID</c>, or a network.</summary>
    public string NetworkMode { get; init; } = "";

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Ordered by network name.</summary>
    public ImmutableArray<EndpointFacts> Endpoints { get; init; } = [];

    public ImmutableArray<PublishedPort> Published { get; init; } = [];

    /// <summary>Ports that the image or the person declares, published or not: <c>80/tcp</c>.</summary>
    public ImmutableArray<string> Exposed { get; init; } = [];

    /// <summary>It was removed a moment ago and keeps its names only until somebody else wants them.</summary>
    public bool Gone { get; init; }

    /// <summary>It is down or gone, and shown as it was for the grace period: it answers where nobody else does.</summary>
    public bool Held { get; init; }

    public string ShortId => Id.Length > ShortIdLength ? Id[..ShortIdLength] : Id;

    /// <summary>Whether it holds its addresses: running, or frozen with its network in place.</summary>
    public bool IsUp => Life is ContainerLife.Running or ContainerLife.Paused;

    public string? Label(string key) => Labels.GetValueOrDefault(key);

    /// <summary>Project and service of a compose container that is one of the service's replicas.</summary>
    public (string Project, string Service)? Compose =>
        Label(HomeCloudLabels.ComposeProject) is { Length: > 0 } project
        && Label(HomeCloudLabels.ComposeService) is { Length: > 0 } service
        && !string.Equals(Label(HomeCloudLabels.ComposeOneOff), "true", StringComparison.OrdinalIgnoreCase)
            ? (project, service)
            : null;
}
