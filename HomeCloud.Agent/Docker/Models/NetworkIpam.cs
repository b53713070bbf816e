namespace HomeCloud.Agent.Docker.Models;

public sealed record NetworkIpam
{
    public string? Driver { get; init; }

    public IReadOnlyList<NetworkIpamConfig?>? Config { get; init; }
}
