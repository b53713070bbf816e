namespace HomeCloud.Bench.Registry;

/// <summary>How big the simulated home is.</summary>
internal sealed record ScaleOptions(int Agents, int NamesPerAgent, int ChangesPerSecond, TimeSpan Duration)
{
    public int Names => Agents * NamesPerAgent;

    public int Changes => (int)Math.Min(Names, ChangesPerSecond * Duration.TotalSeconds);
}
