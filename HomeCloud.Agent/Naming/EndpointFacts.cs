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

    /// <summary>Addresses that were chosen for it, whether it runs or not.</summary>
    public ImmutableArray<IPAddress> Fixed { get; init; } = [];

    /// <summary>Docker's <c>gw-priority</c>: the network with the highest is the container's way out. 0 where nobody chose.</summary>
    public long GatewayPriority { get; init; }
}
