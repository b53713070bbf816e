namespace HomeCloud.Bench.Household;

/// <summary>What the command line asked for.</summary>
internal sealed record HouseholdOptions
{
    /// <summary>Folder with our <c>homecloud-dns</c>.</summary>
    public required string Programs { get; init; }

    /// <summary>Folder with the programs of an earlier build; null leaves it out.</summary>
    public string? Against { get; init; }

    public int Rounds { get; init; } = 5;

    /// <summary>Blocked names.</summary>
    public int Names { get; init; } = 1_000_000;

    /// <summary>Length of one load.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Parts to measure; empty is all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>A Markdown file that shows the table between two marks; null changes none.</summary>
    public string? Into { get; init; }

    public string Server => Path.Combine(Programs, "homecloud-dns");

    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part);
}
