namespace HomeCloud.Agent.Docker.Models;

public sealed record MountPoint
{
    /// <summary><c>volume</c>, <c>bind</c>, <c>tmpfs</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Name of a volume; missing for other types.</summary>
    public string? Name { get; init; }

    public string? Destination { get; init; }
}
