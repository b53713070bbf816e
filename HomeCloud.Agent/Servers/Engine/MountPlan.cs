namespace HomeCloud.Agent.Servers.Engine;

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

    /// <summary>A volume that is there already, asked for by its full name, whoever else mounts it.</summary>
    SharedVolume,

    /// <summary>A folder of the machine.</summary>
    Folder,
}
