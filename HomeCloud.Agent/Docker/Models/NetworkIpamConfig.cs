namespace HomeCloud.Agent.Docker.Models;

public sealed record NetworkIpamConfig
{
    /// <summary>For instance <c>192.168.1.0/24</c>.</summary>
    public string? Subnet { get; init; }

    public string? IPRange { get; init; }

    public string? Gateway { get; init; }

    public IReadOnlyDictionary<string, string?>? AuxiliaryAddresses { get; init; }
}
