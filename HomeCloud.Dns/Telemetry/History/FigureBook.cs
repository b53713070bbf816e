using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Dns.Telemetry.History;

/// <summary>
/// Figures in steps of three lengths: the last hours by minutes, the last day by five minutes, the last week by half hours.
/// Bounded: at most 770 steps, some 100 KB. A step that is not there is time in which the agent did not count.
/// </summary>
internal sealed class FigureBook
{
    /// <summary>More than this at once is no sleepy minute but a clock that nobody can trust.</summary>
    private static readonly TimeSpan MostAtOnce = TimeSpan.FromDays(7);

    public FigureTable[] Tables { get; } = [new(60, 125), new(300, 300), new(1800, 345)];

    /// <param name="until">The end of the time in which they were counted, by the wall clock.</param>
    /// <param name="seconds">Its length by the clock that never jumps.</param>
    /// <param name="counts">In the order of <see cref="DnsCounts"/>.</param>
    public void Add(DateTimeOffset until, long seconds, ReadOnlySpan<long> counts)
    {
        seconds = Math.Min(seconds, (long)MostAtOnce.TotalSeconds);
        var end = until.ToUnixTimeSeconds();
        var begin = end - seconds;
        // A clock that was never set: nothing of it would be shown.
        if (begin < 0)
            return;
        var part = new long[counts.Length];
        for (var at = begin; at < end;)
        {
            // Shared evenly among the minutes that it touches; the sum stays what it was.
            var next = Math.Min(end, FloorTo(at, 60) + 60);
            for (var i = 0; i < part.Length; i++)
                part[i] = (counts[i] * (next - begin) / seconds) - (counts[i] * (at - begin) / seconds);
            foreach (var table in Tables)
                table.Add(at, (int)(next - at), part, end);
            at = next;
        }
    }

    internal static long FloorTo(long second, int step) => second - (second % step);
}

/// <summary>Steps of one length, in the order of their time.</summary>
internal sealed class FigureTable(int step, int capacity)
{
    private readonly List<FigureStep> _steps = [];

    /// <summary>Seconds of each.</summary>
    public int Step => step;

    public int Capacity => capacity;

    public IReadOnlyList<FigureStep> Steps => _steps;

    public void Add(long at, int seconds, ReadOnlySpan<long> counts, long now)
    {
        var start = FigureBook.FloorTo(at, step);
        var index = _steps.Count;
        while (index > 0 && _steps[index - 1].Start >= start)
            index--;
        if (index == _steps.Count || _steps[index].Start != start)
        {
            _steps.Insert(index, new FigureStep(start));
            Trim(now, ref index);
            if (index < 0)
                return;
        }

        _steps[index].Add(seconds, counts);
    }

    /// <summary>For what was read from a file.</summary>
    public void Append(FigureStep one) => _steps.Add(one);

    /// <summary>What a clock that was ahead left in the future goes before the past does.</summary>
    private void Trim(long now, ref int index)
    {
        if (_steps.Count <= capacity)
            return;
        if (_steps[^1].Start > now)
        {
            _steps.RemoveAt(_steps.Count - 1);
            index = index == _steps.Count ? -1 : index;
            return;
        }

        _steps.RemoveAt(0);
        index--;
    }
}

/// <summary>What was counted in one step.</summary>
/// <param name="start">Unix time in seconds.</param>
internal sealed class FigureStep(long start)
{
    public long Start => start;

    /// <summary>For so long of it the agent counted; more than the step when the clock was set back.</summary>
    public int Seconds { get; private set; }

    /// <summary>In the order of <see cref="DnsCounts"/>.</summary>
    public int[] Counts { get; } = new int[DnsCounts.Length];

    public void Add(int seconds, ReadOnlySpan<long> counts)
    {
        Seconds = (int)Math.Min(int.MaxValue, (long)Seconds + seconds);
        for (var i = 0; i < Counts.Length; i++)
            Counts[i] = (int)Math.Min(int.MaxValue, Counts[i] + Math.Max(0, counts[i]));
    }

    public DnsStepView ToView() => new(
        Start, Seconds, Counts[DnsCounts.Queries], Counts[DnsCounts.Local], Counts[DnsCounts.Cached], Counts[DnsCounts.Forwarded], Counts[DnsCounts.Blocked], Counts[DnsCounts.Failed], Percentile());

    private double? Percentile()
    {
        var classes = Counts.AsSpan(DnsCounts.Durations);
        var all = 0L;
        foreach (var count in classes)
            all += count;
        if (all == 0)
            return null;
        var seen = 0L;
        for (var i = 0; i < classes.Length; i++)
        {
            seen += classes[i];
            if (seen * 100 >= all * 95)
                return DnsCounts.Bounds[i];
        }

        return DnsCounts.Bounds[^1];
    }
}
