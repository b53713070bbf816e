using System.Collections.Immutable;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Everything an engine lists.</summary>
/// <param name="Containers">Coarse facts by id.</param>
/// <param name="Networks">By id and by name.</param>
internal sealed record Listing(ImmutableDictionary<string, ContainerFacts> Containers, ImmutableDictionary<string, NetworkFacts> Networks);
