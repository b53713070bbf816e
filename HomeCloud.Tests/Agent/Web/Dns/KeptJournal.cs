using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Tests.Agent.Web.Dns;

/// <summary>A DNS server of the home: a real history, or none, and the last minutes that a test says.</summary>
internal sealed class KeptJournal(string server, DnsHistory? history, Func<DnsStatisticsView>? statistics = null, Func<IEnumerable<DnsQueryView>>? recent = null) : IDnsJournal
{
    public string Server => server;

    public DnsStatisticsView Statistics() => statistics?.Invoke() ?? new DnsStatisticsView();

    public IReadOnlyList<DnsUpstreamView> Upstreams() => Statistics().Upstreams;

    public DnsFiguresView? Figures(DnsRange range) => history?.Figures(range);

    public DnsTopView? Top(DnsRange range, int most, CancellationToken cancellationToken) => history?.Top(range, most, cancellationToken);

    public IReadOnlyList<DnsQueryView> Queries(QuerySearch search, int limit, CancellationToken cancellationToken) =>
        history?.Queries(search, limit, cancellationToken) ?? [.. (recent?.Invoke() ?? []).Where(new QueryPattern(search).Matches).Take(limit)];

    /// <summary>A line to this one alone.</summary>
    public IJournalLine Line()
    {
        var line = new LocalJournalLine();
        line.Answer(this);
        return line;
    }
}
