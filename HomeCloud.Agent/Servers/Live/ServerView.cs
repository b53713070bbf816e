namespace HomeCloud.Agent.Servers.Live;

/// <summary>A server as the page, the command line and the API show it. Containers made by docker or compose look alike.</summary>
public sealed record ServerView
{
    public required string Name { get; init; }

    /// <summary>The name as DNS has it, with the zone.</summary>
    public required string FullName { get; init; }

    public required string Id { get; init; }

    /// <summary>running, asleep, paused, restarting, created or stopped.</summary>
    public required string State { get; init; }

    /// <summary>healthy, unhealthy or starting; null without a health check.</summary>
    public string? Health { get; init; }

    public required string Image { get; init; }

    public string? Template { get; init; }

    /// <summary>Whether it was made here.</summary>
    public bool Ours { get; init; }

    /// <summary>agent, dns or registry for a container of HomeCloud itself; it is not stopped, renamed or removed here.</summary>
    public string? Role { get; init; }

    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>What a server without an address gets again at its next start; null when nothing is kept.</summary>
    public string? KeptAddress { get; init; }

    public string? Mac { get; init; }

    public string? Network { get; init; }

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It falls asleep after so long without callers: <c>15m</c>; null for never.</summary>
    public string? Sleep { get; init; }

    /// <summary>Of a sleeping server.</summary>
    public DateTimeOffset? AsleepSince { get; init; }

    /// <summary>Why it stays awake, although nobody seems to use it; null otherwise.</summary>
    public string? StaysAwake { get; init; }

    /// <summary>Of a stopped server.</summary>
    public int? ExitCode { get; init; }

    public IReadOnlyList<PortView> Ports { get; init; } = [];

    /// <summary>The line to type for a shell; null when port 22 is neither declared nor open.</summary>
    public string? Ssh { get; init; }

    /// <summary>The same in parts, for programs.</summary>
    public SshTarget? SshTo { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public bool Wildcard { get; init; }

    public IReadOnlyList<string> Volumes { get; init; } = [];

    public long MemoryLimit { get; init; }

    /// <summary>Why it has no address, or why it keeps crashing, in words; null when all is well.</summary>
    public string? Explanation { get; init; }

    public UsageView? Usage { get; init; }
}

/// <summary>One TCP port of a server.</summary>
/// <param name="Port">1 to 65535.</param>
/// <param name="Open">Whether it answered when last tried; null when it was not tried.</param>
/// <param name="Url">A link for ports that browsers speak to; null for others, and while the server does not run.</param>
public sealed record PortView(ushort Port, bool? Open, string? Url);

/// <summary>What a server uses now.</summary>
/// <param name="Name">The server.</param>
/// <param name="CpuPercent">100 is one core.</param>
/// <param name="MemoryBytes">In use.</param>
/// <param name="MemoryLimit">Its limit, or the machine's memory.</param>
public sealed record UsageView(string Name, double CpuPercent, long MemoryBytes, long MemoryLimit);
