using System.Collections.Immutable;
using System.Net;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Engine;

/// <summary>Everything known of one engine at one moment; immutable.</summary>
public sealed record EngineSnapshot
{
    /// <summary>By id, as the engine says: without the grace that names have.</summary>
    public ImmutableDictionary<string, ContainerFacts> Containers { get; init; } = ImmutableDictionary<string, ContainerFacts>.Empty;

    /// <summary>Ours that another container's server keeps: <see cref="AsideName"/>. Not among <see cref="Containers"/>.</summary>
    public ImmutableArray<ContainerFacts> Aside { get; init; } = [];

    /// <summary>By id, and by name.</summary>
    public ImmutableDictionary<string, NetworkFacts> Networks { get; init; } = ImmutableDictionary<string, NetworkFacts>.Empty;

    /// <summary>Each network once.</summary>
    public IEnumerable<NetworkFacts> NetworkList => Networks.Where(network => network.Key == network.Value.Id).Select(network => network.Value);

    /// <summary>The host's own addresses on the LAN.</summary>
    public ImmutableArray<IPAddress> HostAddresses { get; init; } = [];

    /// <summary>Why the engine cannot be asked; null while it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Podman, not Docker.</summary>
    public bool IsPodman { get; init; }

    /// <summary>Every container, each with its place on the LAN.</summary>
    internal IReadOnlyList<ContainerFacts> Placed(NamingOptions naming)
    {
        var engine = new EngineFacts { AgentId = "", HostLabel = "", HostAddresses = HostAddresses, Networks = Networks };
        var rules = new ReachabilityRules(engine, naming, Containers);
        return [.. Containers.Values.Select(container => container with { Lan = Place(rules.Of(container)), IsOnPodman = IsPodman })];
    }

    private static LanPlace Place(Reachability reach) => new(reach.Addresses, reach.Network, reach.Explanation);
}
