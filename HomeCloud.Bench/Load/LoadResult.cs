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
}
