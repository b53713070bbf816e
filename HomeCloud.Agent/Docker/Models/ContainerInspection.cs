namespace HomeCloud.Agent.Docker.Models;

/// <summary>What the engine says about one container. Everything may be missing.</summary>
public sealed record ContainerInspection
{
    public string? Id { get; init; }

    /// <summary>With a leading slash.</summary>
    public string? Name { get; init; }

    public DateTimeOffset Created { get; init; }

    public ContainerState? State { get; init; }

    public ContainerConfig? Config { get; init; }

    public HostConfig? HostConfig { get; init; }

    public IReadOnlyList<MountPoint?>? Mounts { get; init; }

    public NetworkSettings? NetworkSettings { get; init; }
}
