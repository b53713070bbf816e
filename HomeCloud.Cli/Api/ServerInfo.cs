namespace HomeCloud.Cli.Api;

/// <summary>Where ssh goes.</summary>
internal sealed record SshInfo(string? User, string Host, int Port);

/// <summary>What the commands use of a server; docs/api.md has all of it.</summary>
internal sealed record ServerInfo
{
    public string Name { get; init; } = "";

    public string FullName { get; init; } = "";

    public string State { get; init; } = "";

    public string? Health { get; init; }

    public string Image { get; init; } = "";

    public string? Template { get; init; }

    /// <summary>agent, dns or registry for a container of HomeCloud itself; null for a server.</summary>
    public string? Role { get; init; }

    public string[] Addresses { get; init; } = [];

    public string? KeptAddress { get; init; }

    public string? Mac { get; init; }

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Sleep { get; init; }

    public DateTimeOffset? AsleepSince { get; init; }

    public string? StaysAwake { get; init; }

    public int? ExitCode { get; init; }

    public PortInfo[] Ports { get; init; } = [];

    /// <summary>To show.</summary>
    public string? Ssh { get; init; }

    /// <summary>To run.</summary>
    public SshInfo? SshTo { get; init; }

    public string[] Aliases { get; init; } = [];

    public string[] Volumes { get; init; } = [];

    public string? Explanation { get; init; }

    public UsageInfo? Usage { get; init; }
}

internal sealed record HistoryInfo(DateTimeOffset At, string Kind, string Subject, string By, string? Detail);

internal sealed record PortInfo(int Port, bool? Open, string? Url);

internal sealed record UsageInfo(string Name, double CpuPercent, long MemoryBytes, long MemoryLimit);

internal sealed record LogInfo(DateTimeOffset? At, bool IsError, string Text);

internal sealed record StaticNameInfo(string Name, string[]? Addresses, string? AliasOf, int Ttl);
