using System.Collections.Immutable;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>A request that passed every check: all but network, address and MAC.</summary>
public sealed record ServerPlan
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    /// <summary>Nobody else's: known again on the containers and volumes that this making has made.</summary>
    public required string Making { get; init; }

    /// <summary>Folder of the Dockerfile to build <see cref="Image"/> from when it is missing; null to pull.</summary>
    public string? Build { get; init; }

    public required ImmutableArray<string> Command { get; init; }

    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>The server's own volumes without its prefix, which its reservation gives: <see cref="MountPlan.For"/>.</summary>
    public required ImmutableArray<MountPlan> Mounts { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Ports to wait for, the first one first; empty to take the image's.</summary>
    public required ImmutableArray<ushort> Ports { get; init; }

    public required ImmutableSortedDictionary<string, string> Secrets { get; init; }

    public required TimeSpan ReadyTimeout { get; init; }

    public long MemoryBytes { get; init; }

    public double Cpus { get; init; }

    public bool Privileged { get; init; }

    public System.Net.IPAddress? FixedAddress { get; init; }

    public string? Network { get; init; }

    /// <summary>More names, folded.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];
}
