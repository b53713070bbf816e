using System.Collections.Immutable;
using Docker.DotNet.Models;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Everything an engine lists.</summary>
/// <param name="Containers">Coarse facts by id.</param>
/// <param name="Networks">All networks.</param>
internal sealed record Listing(ImmutableDictionary<string, ContainerFacts> Containers, NetworkListing Networks);

/// <param name="Facts">By id and by name.</param>
/// <param name="Networks">In the engine's words.</param>
internal sealed record NetworkListing(ImmutableDictionary<string, NetworkFacts> Facts, ImmutableArray<NetworkResponse> Networks);
