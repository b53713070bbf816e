namespace HomeCloud.Bench.Load;

/// <summary>How a load is put on a server. Bounded in time and in count.</summary>
/// <param name="Duration">How long queries are sent.</param>
/// <param name="Window">Most queries outstanding. Over 200 overflow the receive buffers of some servers.</param>
/// <param name="Rate">Queries a second; 0 sends as fast as answers come back.</param>
internal sealed record LoadPlan(TimeSpan Duration, int Window = 128, int Rate = 0)
{
    public const int MaxQueries = 50_000_000;
}
