using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Naming;

/// <summary>Under which addresses the LAN reaches a container, or why under none.</summary>
/// <param name="Addresses">Empty when there is an <paramref name="Explanation"/>.</param>
/// <param name="Network">Where the addresses are.</param>
/// <param name="Endpoint">The container's own place in that network, when it has one.</param>
/// <param name="Shared">The addresses are not the container's alone: the host's, or those of the container whose network it joined.</param>
/// <param name="Explanation">For a person; null when there are addresses.</param>
internal sealed record Reachability(
    ImmutableArray<IPAddress> Addresses, string Network = "", EndpointFacts? Endpoint = null, bool Shared = false, string? Explanation = null)
{
    public static Reachability None(string explanation) => new([], Explanation: explanation);
}
