namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// For work that must leave the processor to those who answer: after each piece it rests nine times as long as the piece took. So it has a
/// tenth of a processor, of which a server that is busy leaves a fifth. A thread of low priority would not do: when it collects garbage
/// on a busy machine, every other thread waits.
/// </summary>
/// <param name="time">Measures the work.</param>
/// <param name="rest">Waits.</param>
internal sealed class Pace(TimeProvider time, Action<TimeSpan> rest)
{
    private const int RestForWork = 9;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);
    private long? _began;

    /// <summary>A piece is done.</summary>
    public void Rest()
    {
        if (_began is { } began)
        {
            var wanted = time.GetElapsedTime(began) * RestForWork;
            rest(wanted < LongestRest ? wanted : LongestRest);
        }

        Begin();
    }

    /// <summary>The next piece begins now: what was waited for since the last one is no work.</summary>
    public void Begin() => _began = time.GetTimestamp();
}
