namespace HomeCloud.Dns.Caching;

/// <summary>How lookups ended. Striped by thread, so that workers do not share a cache line for every hit.</summary>
public sealed class CacheCounters
{
    private const int Stripes = 16;
    private const int LineOfLongs = 8;

    private readonly long[] _counts = new long[Stripes * LineOfLongs];

    public long Hits => Sum(0);

    public long StaleHits => Sum(1);

    public long Misses => Sum(2);

    public long Refreshes => Sum(3);

    public void CountHit() => Count(0);

    public void CountStaleHit() => Count(1);

    public void CountMiss() => Count(2);

    public void CountRefresh() => Count(3);

    private void Count(int what) =>
        Interlocked.Increment(ref _counts[((Environment.CurrentManagedThreadId & (Stripes - 1)) * LineOfLongs) + what]);

    private long Sum(int what)
    {
        var sum = 0L;
        for (var i = what; i < _counts.Length; i += LineOfLongs)
            sum += Volatile.Read(ref _counts[i]);
        return sum;
    }
}
