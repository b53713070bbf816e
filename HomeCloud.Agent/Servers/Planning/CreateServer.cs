namespace HomeCloud.Agent.Servers.Planning;

/// <summary>The request for a new server. Only the name is needed. Straight from outside: nothing is checked yet.</summary>
public sealed record CreateServer
{
    public string? Name { get; init; }

    /// <summary>Id of a template; the ssh box when neither this nor <see cref="Image"/> is given.</summary>
    public string? Template { get; init; }

    /// <summary>Any image, instead of the template's.</summary>
    public string? Image { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary><c>NAME:/path</c> for a volume, <c>/folder:/path</c> for a folder of the machine; <c>:ro</c> at the end for reading only.</summary>
    public IReadOnlyList<string>? Volumes { get; init; }

    /// <summary><c>512m</c>, <c>2g</c>, or bytes.</summary>
    public string? Memory { get; init; }

    /// <summary>Cores, for instance 1.5.</summary>
    public double? Cpus { get; init; }

    /// <summary>A fixed IPv4 address instead of a chosen one.</summary>
    public string? Address { get; init; }

    /// <summary>The Docker network to use when there are several.</summary>
    public string? Network { get; init; }

    /// <summary>Every name below this one resolves to it too.</summary>
    public bool Wildcard { get; init; }

    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Remove it after so long: <c>30m</c>, <c>2h</c>, <c>7d</c>.</summary>
    public string? ExpiresIn { get; init; }

    /// <summary>Falls asleep after so long without callers: <c>15m</c>, or <c>never</c>.</summary>
    public string? Sleep { get; init; }

    /// <summary>Public keys besides those kept by the agent.</summary>
    public IReadOnlyList<string>? SshKeys { get; init; }

    /// <summary>An ssh box lets in with a generated password, told once, which the first login replaces.</summary>
    public bool OneTimePassword { get; init; }

    /// <summary>The user to make inside an ssh box.</summary>
    public string? User { get; init; }

    public bool Privileged { get; init; }
}
