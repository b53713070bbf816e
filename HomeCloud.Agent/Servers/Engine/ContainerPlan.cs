using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>Everything the engine is told when a server is made. Checked already.</summary>
public sealed record ContainerPlan
{
    public required string Name { get; init; }

    /// <summary>What it calls itself inside; null for <see cref="Name"/>.</summary>
    public string? Hostname { get; init; }

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

/// <summary>One mount of a server.</summary>
/// <param name="Source">A volume's name, before <see cref="For"/> without its server's prefix, or an absolute path of the machine.</param>
/// <param name="Target">Absolute path inside.</param>
/// <param name="ReadOnly">Whether the server may only read.</param>
/// <param name="Kind">What the source is.</param>
public sealed record MountPlan(string Source, string Target, bool ReadOnly, MountKind Kind)
{
    public bool IsPath => Kind == MountKind.Folder;

    /// <summary>With the full name of a server's own volume.</summary>
    /// <param name="storage">Prefix of that server's volumes.</param>
    public MountPlan For(string storage) => Kind == MountKind.Volume ? this with { Source = $"{storage}-{Source}" } : this;
}

public enum MountKind
{
    /// <summary>One of the server's own: nobody else's.</summary>
    Volume,

    /// <summary>A volume that is there already, asked for by its full name, even if other containers mount it.</summary>
    SharedVolume,

    /// <summary>A folder of the machine.</summary>
    Folder,
}
