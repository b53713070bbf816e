namespace HomeCloud.Agent.Docker.Models;

public sealed record NetworkInspection
{
    public string? Name { get; init; }

    public string? Id { get; init; }

    /// <summary><c>bridge</c>, <c>macvlan</c>, <c>ipvlan</c>, <c>host</c>, <c>null</c>, <c>overlay</c>, …</summary>
    public string? Driver { get; init; }

    public bool Internal { get; init; }

    public IReadOnlyDictionary<string, string?>? Options { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    public NetworkIpam? IPAM { get; init; }

    public NetworkConfigSource? ConfigFrom { get; init; }
}
