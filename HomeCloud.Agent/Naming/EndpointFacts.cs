using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Naming;

/// <summary>A container's place in one network.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="NetworkId">Id of the network, empty when the engine does not say.</param>
/// <param name="Addresses">IPv4 first; empty while the container is down.</param>
/// <param name="Aliases">Network aliases as the engine lists them.</param>
public sealed record EndpointFacts(string Network, string NetworkId, ImmutableArray<IPAddress> Addresses, ImmutableArray<string> Aliases)
{
    /// <summary>Link-layer address; empty when not known.</summary>
    public string Mac { get; init; } = "";
}
