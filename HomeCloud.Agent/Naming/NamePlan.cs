using System.Collections.Immutable;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Naming;

/// <summary>The records that one engine's containers should have.</summary>
/// <param name="Records">By name; all owned by the agent.</param>
/// <param name="Warnings">In a stable order, without doubles.</param>
public sealed record NamePlan(ImmutableDictionary<string, NameRecord> Records, ImmutableArray<NamingWarning> Warnings);
