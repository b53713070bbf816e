using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Naming;

/// <summary>What naming needs to know besides the containers.</summary>
public sealed record EngineFacts
{
    /// <summary>Owner of the records.</summary>
    public required string AgentId { get; init; }

    /// <summary>The machine's name as one label: the loser of a name among several machines is found as <c>name.host</c>.</summary>
    public required string HostLabel { get; init; }

    /// <summary>The host's own addresses on the LAN; empty when not known.</summary>
    public ImmutableArray<IPAddress> HostAddresses { get; init; } = [];

    /// <summary>By id; by name for engines that give a container the names of its networks instead of their ids.</summary>
    public ImmutableDictionary<string, NetworkFacts> Networks { get; init; } = ImmutableDictionary<string, NetworkFacts>.Empty;
}
