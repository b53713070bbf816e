namespace HomeCloud.Bench.Systems;

/// <param name="Program">What to start.</param>
/// <param name="Arguments">For the foreground, one process.</param>
internal sealed record SystemCommand(string Program, params IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What has to be done once it runs and before it can answer; null for nothing.</summary>
    public Action? SetUp { get; init; }

    /// <summary>Whether its threads choose their own processor and have to be moved back after the start.</summary>
    public bool Repin { get; init; }
}
