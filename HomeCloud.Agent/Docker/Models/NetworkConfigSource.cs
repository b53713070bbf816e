namespace HomeCloud.Agent.Docker.Models;

/// <summary>A config-only network that another takes its settings from.</summary>
public sealed record NetworkConfigSource
{
    public string? Network { get; init; }
}
