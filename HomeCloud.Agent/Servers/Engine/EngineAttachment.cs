using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>A container's place on one network.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="Addresses">Present addresses; empty while it does not run.</param>
/// <param name="Mac">Link-layer address; empty when not known.</param>
public sealed record EngineAttachment(string Network, ImmutableArray<IPAddress> Addresses, string Mac)
{
    /// <summary>Addresses that were chosen for it, whether it runs or not.</summary>
    public ImmutableArray<IPAddress> Fixed { get; init; } = [];
}
