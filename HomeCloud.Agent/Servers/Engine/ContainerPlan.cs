using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>Everything the engine is told when a server is made. Checked already.</summary>
public sealed record ContainerPlan
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    public required string Network { get; init; }

    public IPAddress? Address { get; init; }

    /// <summary>A wish: a network whose IPv6 subnet Docker has chosen itself takes none.</summary>
    public IPAddress? Address6 { get; init; }

    public string? Mac { get; init; }

    /// <summary>Empty for the image's own command.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<MountPlan> Mounts { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Bytes; 0 for no limit.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Cores; 0 for no limit.</summary>
    public double Cpus { get; init; }

    public bool Privileged { get; init; }
}
