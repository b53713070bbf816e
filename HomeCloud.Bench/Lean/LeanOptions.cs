namespace HomeCloud.Bench.Lean;

/// <summary>What the command line asked for.</summary>
internal sealed record LeanOptions
{
    /// <summary>Folder with our programs.</summary>
    public required string Programs { get; init; }

    /// <summary>Folder with the programs of an earlier build; null leaves it out.</summary>
    public string? Against { get; init; }

    public int Rounds { get; init; } = 15;

    /// <summary>Servers in the lab.</summary>
    public int Few { get; init; } = 20;

    /// <summary>Servers in the full lab.</summary>
    public int Many { get; init; } = 200;

    /// <summary>Length of one look at a process at rest.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Counted starts of containers for the latency rows.</summary>
    public int Starts { get; init; } = 200;

    /// <summary>Parts to measure; empty is all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>DnsServerApp.dll of a Technitium DNS Server; null leaves it out.</summary>
    public string? Technitium { get; init; }

    /// <summary>A Markdown file that shows the table between two marks; null changes none.</summary>
    public string? Into { get; init; }

    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part);
}
