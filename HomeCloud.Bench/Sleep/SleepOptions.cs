namespace HomeCloud.Bench.Sleep;

/// <summary>What the command line asked for.</summary>
internal sealed record SleepOptions
{
    /// <summary>Folder with our programs.</summary>
    public required string Programs { get; init; }

    public int Rounds { get; init; } = 15;

    /// <summary>How many sleep.</summary>
    public int Servers { get; init; } = 100;

    /// <summary>Length of one look at an agent at rest.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Parts to measure; empty is all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>A Markdown file that shows the table between two marks; null changes none.</summary>
    public string? Into { get; init; }

    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part);
}
