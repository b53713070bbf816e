namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// For work that must leave the processor to those who answer: after each piece it rests nine times as long as the piece took, and while
/// the program is busy with something else, 24 times. So it has a tenth of a processor that is free, and a twenty-fifth of a busy one. A
/// piece is short, because the kernel lets a thread run on for some three milliseconds while others wait. A thread of low priority would
/// not do: when it collects garbage on a busy machine, every other thread waits.
/// </summary>
/// <param name="time">Measures the work.</param>
/// <param name="used">Processor time that this program has used so far, all threads together.</param>
/// <param name="rest">Waits.</param>
internal sealed class Pace(TimeProvider time, Func<TimeSpan> used, Action<TimeSpan> rest)
{
    private const int RestForWork = 9;
    private const int RestWhenBusy = 24;
    private static readonly TimeSpan Piece = TimeSpan.FromMicroseconds(250);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);
    private (long At, TimeSpan Used) _lastRest = (time.GetTimestamp(), used());
    private TimeSpan _worked;
    private long? _began;

    /// <summary>Here the work can be interrupted: it rests if a piece is done.</summary>
    public void Rest()
    {
        if (_began is { } began)
            _worked += time.GetElapsedTime(began);
        if (_worked >= Piece)
        {
            var wanted = _worked * (IsBusy() ? RestWhenBusy : RestForWork);
            rest(wanted < LongestRest ? wanted : LongestRest);
            _worked = TimeSpan.Zero;
        }

        Begin();
    }

    /// <summary>The work goes on now: what was waited for since the last rest is no work.</summary>
    public void Begin() => _began = time.GetTimestamp();

    /// <summary>Others of this program have had more than a third of a processor since the last rest.</summary>
    private bool IsBusy()
    {
        var (since, now) = (_lastRest, (At: time.GetTimestamp(), Used: used()));
        _lastRest = now;
        return now.Used - since.Used - _worked > time.GetElapsedTime(since.At, now.At) / 3;
    }
}
