namespace HomeCloud.Agent.Docker.Models;

/// <summary>A container's place in one network.</summary>
public sealed record EndpointSettings
{
    public string? NetworkID { get; init; }

    /// <summary>IPv4, or empty.</summary>
    public string? IPAddress { get; init; }

    /// <summary>IPv6, or empty.</summary>
    public string? GlobalIPv6Address { get; init; }

    public string? MacAddress { get; init; }

    public IReadOnlyList<string?>? Aliases { get; init; }
}
