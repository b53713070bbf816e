namespace HomeCloud.Agent.Docker.Models;

public sealed record EngineVersion
{
    /// <summary>For instance <c>20.10.24+dfsg1</c>.</summary>
    public string? Version { get; init; }

    public string? ApiVersion { get; init; }

    public string? KernelVersion { get; init; }

    public IReadOnlyList<EngineComponent?>? Components { get; init; }

    /// <summary>Podman's compatible socket, which differs from Docker in small things.</summary>
    public bool IsPodman => Components?.Any(component => component?.Name?.Contains("Podman", StringComparison.OrdinalIgnoreCase) == true) == true;
}
