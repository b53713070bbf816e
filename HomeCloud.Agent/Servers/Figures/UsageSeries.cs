using System.Runtime.InteropServices;

namespace HomeCloud.Agent.Servers.Figures;

/// <summary>A time to look at.</summary>
public enum UsageRange
{
    /// <summary>60 minutes.</summary>
    Hour,

    /// <summary>288 times five minutes.</summary>
    Day,

    /// <summary>336 half hours.</summary>
    Week,
}

/// <summary>
/// What one server used, in steps of three lengths: an hour by minutes, a day by five minutes, a week by half hours. Bounded: 684
/// steps of 24 octets. A step that is not there is time in which the server did not run, or the agent did not.
/// </summary>
internal sealed class UsageSeries
{
    public UsageTable[] Tables { get; } = [new(60, 60), new(300, 288), new(1800, 336)];

    /// <summary>Unix time in seconds at which the newest step begins; 0 without any.</summary>
    public long Newest => Tables[^1].Steps is [.., var step] ? step.Start : 0;

    public void Add(long at, UsageSpan span, long now)
    {
        foreach (var table in Tables)
            table.Add(at, span, now);
    }
}

/// <summary>What a server used in a time.</summary>
/// <param name="Seconds">Its length.</param>
/// <param name="CpuSeconds">Of one core.</param>
/// <param name="MemoryBytes">In use at its end.</param>
/// <param name="ReceivedBytes">By its network interfaces.</param>
/// <param name="SentBytes">By its network interfaces.</param>
internal readonly record struct UsageSpan(int Seconds, double CpuSeconds, long MemoryBytes, long ReceivedBytes, long SentBytes);

/// <summary>Steps of one length, in the order of their time.</summary>
internal sealed class UsageTable(int step, int capacity)
{
    private readonly List<UsageStep> _steps = [];

    /// <summary>Seconds of each.</summary>
    public int Step => step;

    public int Capacity => capacity;

    public IReadOnlyList<UsageStep> Steps => _steps;

    /// <param name="at">Unix time in seconds, within the span.</param>
    /// <param name="span">What was used.</param>
    /// <param name="now">Unix time in seconds.</param>
    public void Add(long at, UsageSpan span, long now)
    {
        var start = (uint)(at - (at % step));
        var index = _steps.Count;
        while (index > 0 && _steps[index - 1].Start >= start)
            index--;
        if (index == _steps.Count || _steps[index].Start != start)
        {
            MakeRoom();
            _steps.Insert(index, new UsageStep { Start = start });
        }

        CollectionsMarshal.AsSpan(_steps)[index].Add(span);

        // What a clock that was ahead left in the future goes before the past does.
        if (_steps.Count > capacity)
            _steps.RemoveAt(_steps[^1].Start > now ? _steps.Count - 1 : 0);
    }

    /// <summary>For what was read from a file.</summary>
    public void Append(UsageStep one)
    {
        MakeRoom();
        _steps.Add(one);
    }

    // Doubled as any list, but never beyond what is kept: of 200 servers that would be 2 MB.
    private void MakeRoom()
    {
        if (_steps.Count == _steps.Capacity)
            _steps.Capacity = Math.Min(Math.Max(4, _steps.Count * 2), capacity + 1);
    }
}

/// <summary>What was used in one step. Seven digits are enough for a chart.</summary>
internal struct UsageStep
{
    /// <summary>Unix time in seconds.</summary>
    public uint Start;

    /// <summary>For so long of it the server was seen running.</summary>
    public uint Seconds;

    /// <summary>Of one core.</summary>
    public float CpuSeconds;

    /// <summary>Memory multiplied by time: divided by <see cref="Seconds"/> it is the average.</summary>
    public float MebibyteSeconds;

    public float ReceivedKibibytes;

    public float SentKibibytes;

    public void Add(UsageSpan span)
    {
        Seconds += (uint)span.Seconds;
        CpuSeconds += (float)span.CpuSeconds;
        MebibyteSeconds += (float)(span.MemoryBytes / 1048576.0 * span.Seconds);
        ReceivedKibibytes += span.ReceivedBytes / 1024f;
        SentKibibytes += span.SentBytes / 1024f;
    }
}
