using HomeCloud.Registry.Journals;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>All DNS servers of the home as one, or one of them: also those of other processes and machines.</summary>
public sealed class HomeDns(IJournalLine line)
{
    /// <param name="server">Only this one; null: all.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <returns>Null when none tells any.</returns>
    public async Task<DnsStatisticsView?> StatisticsAsync(string? server, CancellationToken cancellationToken)
    {
        var reports = await line.AskAsync(new JournalInquiry(JournalKind.Statistics), cancellationToken);
        var views = Of(reports, server, report => report.Statistics is { } view
            ? view with { Upstreams = [.. view.Upstreams.Select(upstream => upstream with { Server = Named(reports, report) })] }
            : null);
        return views.Count == 0 ? null : JournalSum.Of(views) with { Servers = Servers(reports, report => (report.Statistics?.Queries, report.Statistics?.Failed)) };
    }

    /// <returns>Null when none keeps any.</returns>
    public async Task<DnsFiguresView?> FiguresAsync(DnsRange range, string? server, CancellationToken cancellationToken)
    {
        var reports = await line.AskAsync(new JournalInquiry(JournalKind.Figures, range), cancellationToken);
        var views = Of(reports, server, report => report.Figures);
        return views.Count == 0 ? null : JournalSum.Of(views) with { Servers = Servers(reports, report => (report.Figures?.Queries, report.Figures?.Failed)) };
    }

    /// <returns>Null when none keeps queries.</returns>
    public async Task<DnsTopView?> TopAsync(DnsRange range, int most, string? server, CancellationToken cancellationToken)
    {
        // What is in the middle of several may be at the top of their sum.
        var reports = await line.AskAsync(new JournalInquiry(JournalKind.Top, range, most * 10), cancellationToken);
        var views = Of(reports, server, report => report.Top);
        return views.Count == 0 ? null : JournalSum.Of(views, most);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<DnsQueryView>> QueriesAsync(QuerySearch search, int limit, string? server, CancellationToken cancellationToken)
    {
        var reports = await line.AskAsync(new JournalInquiry(JournalKind.Queries, Limit: limit, Search: search), cancellationToken);
        var found = Of(reports, server, report => report.Queries?.Select(query => query with { Server = Named(reports, report) }));
        return [.. found.SelectMany(queries => queries).OrderByDescending(query => query.At).Take(limit)];
    }

    private static List<T> Of<T>(IReadOnlyList<JournalReport> reports, string? server, Func<JournalReport, T?> view)
        where T : class => [.. reports.Where(report => string.IsNullOrEmpty(server) || report.Server == server).Select(view).OfType<T>()];

    private static string? Named(IReadOnlyList<JournalReport> reports, JournalReport report) => reports.Count > 1 ? report.Server : null;

    private static IReadOnlyList<DnsServerView> Servers(IReadOnlyList<JournalReport> reports, Func<JournalReport, (long? Queries, long? Failed)> count) => reports.Count < 2
        ? []
        : [.. reports.Select(report => count(report) is var (queries, failed) ? new DnsServerView(report.Server, queries ?? 0, failed ?? 0, report.Problem) : new DnsServerView(report.Server, 0, 0, report.Problem))];
}
