namespace HomeCloud.Agent.Docker.Models;

public sealed record PortBinding
{
    public string? HostIp { get; init; }

    public string? HostPort { get; init; }
}
