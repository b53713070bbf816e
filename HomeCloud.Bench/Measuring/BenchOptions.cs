namespace HomeCloud.Bench.Measuring;

/// <summary>What the command line asked for.</summary>
internal sealed record BenchOptions
{
    public int Rounds { get; init; } = 7;

    /// <summary>Length of each measurement.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Starts of each server for the start time.</summary>
    public int Starts { get; init; } = 10;

    /// <summary>Systems to measure; empty is all that are installed.</summary>
    public IReadOnlyCollection<string> Systems { get; init; } = [];

    /// <summary>Measures to take; empty is all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>Path of the <c>homecloud-dns</c> to measure.</summary>
    public required string Server { get; init; }

    /// <summary>Path of the <c>homecloud-dns</c> of an earlier build; null leaves it out.</summary>
    public string? Against { get; init; }

    /// <summary>DnsServerApp.dll of a Technitium DNS Server; null leaves it out.</summary>
    public string? Technitium { get; init; }

    /// <summary>Where results go.</summary>
    public required string Output { get; init; }

    /// <summary>A Markdown file that shows results between two marks; null leaves all files alone but those in <see cref="Output"/>.</summary>
    public string? Into { get; init; }

    public bool Wants(string measure) => Only.Count == 0 || Only.Contains(measure);

    public bool WantsSystem(string system) => Systems.Count == 0 || Systems.Contains(system);
}
