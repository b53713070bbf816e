namespace HomeCloud.Agent.Servers.Changing;

/// <summary>What to change of a server; what is null stays as it is. Straight from outside: nothing is checked yet.</summary>
public sealed record SetServer
{
    /// <summary><c>15m</c> or <c>never</c>; empty for what its label says.</summary>
    public string? Sleep { get; init; }

    /// <summary><c>512m</c>, <c>2g</c>, or bytes; <c>none</c> for no limit.</summary>
    public string? Memory { get; init; }

    /// <summary>Cores; 0 for no limit.</summary>
    public double? Cpus { get; init; }

    /// <summary>Variables to set; null takes one away. Others stay.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>All of them: those that are missing here are taken away.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Remove it after so long, from now: <c>2h</c>; <c>never</c>.</summary>
    public string? ExpiresIn { get; init; }

    /// <summary>Another MAC, and with it other addresses.</summary>
    public bool NewMac { get; init; }
}

/// <summary>What can be changed of a server, as it is now.</summary>
public sealed record ServerSettings
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    /// <summary>Bytes; 0 for no limit.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Cores; 0 for no limit.</summary>
    public double Cpus { get; init; }

    /// <summary>Its own variables, without its image's. Passwords stand here as they are.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Sleep { get; init; }

    /// <summary>When the container before the last change was made; null when there is none to go back to.</summary>
    public DateTimeOffset? Previous { get; init; }
}
