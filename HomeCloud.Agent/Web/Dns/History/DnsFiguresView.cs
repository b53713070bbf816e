namespace HomeCloud.Agent.Web.Dns.History;

/// <summary>A time to look at.</summary>
public enum DnsRange
{
    /// <summary>60 minutes.</summary>
    Hour,

    /// <summary>288 times five minutes.</summary>
    Day,

    /// <summary>336 half hours.</summary>
    Week,
}

/// <summary>Figures of a range.</summary>
public sealed record DnsFiguresView
{
    /// <summary>Unix time in seconds; the first step begins here.</summary>
    public long From { get; init; }

    /// <summary>Unix time in seconds, now.</summary>
    public long To { get; init; }

    public int StepSeconds { get; init; }

    /// <summary>Oldest first. A step that is missing is a time in which the agent did not run.</summary>
    public IReadOnlyList<DnsStepView> Steps { get; init; } = [];

    public long Queries { get; init; }

    /// <summary>From our zones.</summary>
    public long Local { get; init; }

    public long Cached { get; init; }

    public long Forwarded { get; init; }

    public long Blocked { get; init; }

    /// <summary>Answered with an error: SERVFAIL, REFUSED and every other code but NXDOMAIN.</summary>
    public long Failed { get; init; }

    /// <summary>Milliseconds that forwarded queries took: how many fell below each bound.</summary>
    public IReadOnlyList<DnsLatencyView> Latency { get; init; } = [];

    /// <summary>full, anonymous or figures.</summary>
    public string Kept { get; init; } = "";

    /// <summary>For how many hours single queries are kept; 0 when they are not.</summary>
    public int QueryHours { get; init; }

    /// <summary>Queries that came too fast to be kept one by one since the agent's start; they are in the figures.</summary>
    public long LeftOut { get; init; }

    internal static DnsFiguresView Of(DnsRange range, FigureTable table, DateTimeOffset time, DnsHistory history)
    {
        var now = time.ToUnixTimeSeconds();
        var length = range switch { DnsRange.Hour => 3600, DnsRange.Day => 86_400, _ => 7 * 86_400 };
        var from = FigureBook.FloorTo(now, table.Step) + table.Step - length;
        var steps = table.Steps.Where(step => step.Start >= from && step.Start <= now && step.Seconds > 0).ToList();
        long Sum(int what) => steps.Sum(step => (long)step.Counts[what]);
        return new DnsFiguresView
        {
            From = from,
            To = now,
            StepSeconds = table.Step,
            Steps = [.. steps.Select(DnsStepView.Of)],
            Queries = Sum(DnsCounts.Queries),
            Local = Sum(DnsCounts.Local),
            Cached = Sum(DnsCounts.Cached),
            Forwarded = Sum(DnsCounts.Forwarded),
            Blocked = Sum(DnsCounts.Blocked),
            Failed = Sum(DnsCounts.Failed),
            Latency = [.. DnsCounts.Bounds.ToArray().Select((bound, i) => new DnsLatencyView(bound, Sum(DnsCounts.Durations + i)))],
            Kept = history.Options.Level.ToString().ToLowerInvariant(),
            QueryHours = history.Options.KeepsQueries ? history.Options.Hours : 0,
            LeftOut = history.LeftOut,
        };
    }
}

/// <param name="At">Its begin, Unix time in seconds.</param>
/// <param name="Seconds">For so long of it the agent counted: less than the step in the newest, and around a stop.</param>
/// <param name="Queries">Messages received.</param>
/// <param name="Local">Answered from our zones.</param>
/// <param name="Cached">Answered from the cache.</param>
/// <param name="Forwarded">Answered by an upstream.</param>
/// <param name="Blocked">Answered by a block list.</param>
/// <param name="Failed">Answered with an error.</param>
/// <param name="Within">Milliseconds within which 95 of 100 forwarded queries were answered; null without any.</param>
public sealed record DnsStepView(long At, int Seconds, int Queries, int Local, int Cached, int Forwarded, int Blocked, int Failed, double? Within)
{
    internal static DnsStepView Of(FigureStep step)
    {
        var counts = step.Counts;
        return new DnsStepView(
            step.Start, step.Seconds, counts[DnsCounts.Queries], counts[DnsCounts.Local], counts[DnsCounts.Cached], counts[DnsCounts.Forwarded], counts[DnsCounts.Blocked], counts[DnsCounts.Failed], Percentile(counts));
    }

    private static double? Percentile(int[] counts)
    {
        var classes = counts.AsSpan(DnsCounts.Durations);
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
