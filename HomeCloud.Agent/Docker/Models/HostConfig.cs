namespace HomeCloud.Agent.Docker.Models;

public sealed record HostConfig
{
    /// <summary><c>host</c>, <c>none</c>, <c>default</c>, a network's name or id, or <c>container:ID</c>.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>Limit in bytes; 0 for none.</summary>
    public long Memory { get; init; }
}
