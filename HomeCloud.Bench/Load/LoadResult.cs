namespace HomeCloud.Bench.Load;

/// <param name="Answers">Right answers.</param>
/// <param name="Wrong">Responses that were not what the question asked for.</param>
/// <param name="Lost">Queries without a response.</param>
/// <param name="Elapsed">From the first query to the last answer.</param>
/// <param name="P50">Median time to answer, in microseconds.</param>
/// <param name="P99">99th percentile.</param>
internal sealed record LoadResult(long Answers, long Wrong, long Lost, TimeSpan Elapsed, double P50, double P99)
{
    public double Rate => Answers / Elapsed.TotalSeconds;

    /// <summary>Longest time to answer, in microseconds.</summary>
    public double Slowest { get; init; }
}

/// <summary>How a load is put on a server. Bounded in time and in count.</summary>
/// <param name="Duration">How long queries are sent.</param>
/// <param name="Window">Most queries outstanding. Over 200 overflow the receive buffers of some servers.</param>
/// <param name="Rate">Queries a second; 0 sends as fast as answers come back.</param>
internal sealed record LoadPlan(TimeSpan Duration, int Window = 128, int Rate = 0)
{
    public const int MaxQueries = 50_000_000;

    /// <summary>Most queries; each question of a workload is asked once when it has so many.</summary>
    public long Most { get; init; } = MaxQueries;

    /// <summary>After so long without an answer a query counts as lost.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Sleeps while there is nothing to do, and so leaves its processor to an upstream server beside it.</summary>
    public bool Waits { get; init; }

    /// <summary>Ends it before its time.</summary>
    public CancellationToken Stop { get; init; }
}
