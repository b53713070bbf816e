using System.Collections.Immutable;
using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Engine;

/// <summary>Everything known of one engine at one moment; immutable.</summary>
public sealed record EngineSnapshot
{
    /// <summary>By id, as the engine says: without the grace that names have.</summary>
    public ImmutableDictionary<string, SeenContainer> Containers { get; init; } = ImmutableDictionary<string, SeenContainer>.Empty;

    /// <summary>By id, and by name.</summary>
    public ImmutableDictionary<string, NetworkFacts> Networks { get; init; } = ImmutableDictionary<string, NetworkFacts>.Empty;

    /// <summary>Those of <see cref="Networks"/> in the engine's words.</summary>
    public ImmutableArray<NetworkResponse> NetworkList { get; init; } = [];

    /// <summary>The host's own addresses on the LAN.</summary>
    public ImmutableArray<IPAddress> HostAddresses { get; init; } = [];

    /// <summary>Why the engine cannot be asked; null while it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Under which address the LAN reaches each container, by the rules that names go by.</summary>
    internal Func<ContainerFacts, Reachability> ReachOf(NamingOptions naming)
    {
        var engine = new EngineFacts { AgentId = "", HostLabel = "", HostAddresses = HostAddresses, Networks = Networks };
        return new ReachabilityRules(engine, naming, Containers.ToDictionary(seen => seen.Key, seen => seen.Value.Facts)).Of;
    }
}

/// <param name="Facts">What naming and pages go by.</param>
/// <param name="Inspection">What only the making and keeping of servers looks at; null for a container that the engine lists and cannot inspect.</param>
public sealed record SeenContainer(ContainerFacts Facts, ContainerInspectResponse? Inspection);
