using HomeCloud.Registry.Journals;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>What several DNS servers tell, added up.</summary>
internal static class JournalSum
{
    private const int ShownTop = 12;

    public static DnsStatisticsView Of(IReadOnlyList<DnsStatisticsView> views) => views is [var only] ? only : new DnsStatisticsView
    {
        Seconds = Seconds(views),
        Queries = views.Sum(view => view.Queries),
        AnsweredAtOnce = views.Sum(view => view.AnsweredAtOnce),
        FromCache = views.Sum(view => view.FromCache),
        Forwarded = views.Sum(view => view.Forwarded),
        Failed = views.Sum(view => view.Failed),
        Latency = Latency(views.SelectMany(view => view.Latency)),
        TopNames = Top(views.SelectMany(view => view.TopNames), ShownTop),
        TopClients = Top(views.SelectMany(view => view.TopClients), ShownTop),
        // Where they differ, that of a server that is chosen is shown.
        Validation = views.Select(view => view.Validation).Distinct().ToList() is [var alike] ? alike : null,
        Upstreams = [.. views.SelectMany(view => view.Upstreams)],
    };

    public static DnsFiguresView Of(IReadOnlyList<DnsFiguresView> views) => views is [var only] ? only : new DnsFiguresView
    {
        // Clocks of machines differ by a moment; a step is the same on all.
        From = views.Max(view => view.From),
        To = views.Max(view => view.To),
        StepSeconds = views[0].StepSeconds,
        Steps = [.. views.Where(view => view.StepSeconds == views[0].StepSeconds).SelectMany(view => view.Steps).GroupBy(step => step.At).OrderBy(steps => steps.Key).Select(Step)],
        Queries = views.Sum(view => view.Queries),
        Local = views.Sum(view => view.Local),
        Cached = views.Sum(view => view.Cached),
        Forwarded = views.Sum(view => view.Forwarded),
        Blocked = views.Sum(view => view.Blocked),
        Failed = views.Sum(view => view.Failed),
        Latency = Latency(views.SelectMany(view => view.Latency)),
        // Of the one that keeps most.
        Kept = views.MaxBy(view => (view.QueryHours > 0, view.Kept == "full", view.QueryHours))!.Kept,
        QueryHours = views.Max(view => view.QueryHours),
        LeftOut = views.Sum(view => view.LeftOut),
    };

    public static DnsTopView Of(IReadOnlyList<DnsTopView> views, int most) => new(
        views.Max(view => view.Hours),
        Top(views.SelectMany(view => view.Names), most),
        Top(views.SelectMany(view => view.Clients), most),
        Top(views.SelectMany(view => view.BlockedNames), most),
        Top(views.SelectMany(view => view.BlockedClients), most));

    /// <summary>Aligned at the end: the newest second of one whose clock is ahead is the newest of all.</summary>
    private static IReadOnlyList<DnsSecondView> Seconds(IReadOnlyList<DnsStatisticsView> views)
    {
        var longest = views.MaxBy(view => view.Seconds.Count)!.Seconds;
        var newest = longest.Count == 0 ? 0 : longest[^1].At;
        return [.. Enumerable.Range(0, longest.Count).Select(index => Second(longest.Count - index))];

        DnsSecondView Second(int ago)
        {
            var seconds = views.Where(view => view.Seconds.Count >= ago).Select(view => view.Seconds[^ago]).ToList();
            return new DnsSecondView(newest - ago + 1, Sum(seconds, one => one.AtOnce), Sum(seconds, one => one.Forwarded), Sum(seconds, one => one.Failed));
        }
    }

    private static DnsStepView Step(IGrouping<long, DnsStepView> steps) => new(
        steps.Key,
        steps.Max(step => step.Seconds),
        Sum(steps, step => step.Queries),
        Sum(steps, step => step.Local),
        Sum(steps, step => step.Cached),
        Sum(steps, step => step.Forwarded),
        Sum(steps, step => step.Blocked),
        Sum(steps, step => step.Failed),
        // Within the slowest server's time are 95 of 100 of all, at least.
        steps.Max(step => step.Within));

    private static IReadOnlyList<DnsLatencyView> Latency(IEnumerable<DnsLatencyView> classes) =>
        [.. classes.GroupBy(one => one.BelowMilliseconds).OrderBy(one => one.Key).Select(one => new DnsLatencyView(one.Key, one.Sum(part => part.Count)))];

    private static IReadOnlyList<DnsCountView> Top(IEnumerable<DnsCountView> counts, int most) =>
        [.. counts.GroupBy(one => one.Name).Select(one => new DnsCountView(one.Key, one.Sum(part => part.Count))).OrderByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal).Take(most)];

    private static int Sum<T>(IEnumerable<T> items, Func<T, int> count) => (int)Math.Min(int.MaxValue, items.Sum(item => (long)count(item)));
}
