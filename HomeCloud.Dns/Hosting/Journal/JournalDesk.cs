using System.Net;
using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Addresses;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Dns.Hosting.Journal;

/// <summary>What this server tells of itself: the last minutes, and what is kept.</summary>
internal sealed class JournalDesk(DnsHistory history, LiveStatistics live, ListenOptions listen) : IDnsJournal
{
    private static readonly IPAddress[] Nameless = [IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Any, IPAddress.IPv6Any];

    // What a household gives its devices as DNS server is what it knows one by.
    public string Server { get; } =
        ListenAddress.ReadAll(listen.Addresses, ListenOptions.DnsPort).Select(endPoint => endPoint.Address).Except(Nameless).FirstOrDefault()?.ToString() ?? Environment.MachineName;

    public DnsStatisticsView Statistics() => live.Read();

    public IReadOnlyList<DnsUpstreamView> Upstreams() => live.Upstreams;

    public DnsFiguresView? Figures(DnsRange range) => history.Options.Level == DnsHistoryLevel.Off ? null : history.Figures(range);

    public DnsTopView? Top(DnsRange range, int most, CancellationToken cancellationToken) => history.Top(range, most, cancellationToken);

    public IReadOnlyList<DnsQueryView> Queries(QuerySearch search, int limit, CancellationToken cancellationToken)
    {
        if (history.Queries(search, limit, cancellationToken) is { } kept)
            return kept;
        var pattern = new QueryPattern(search);
        return [.. live.Queries.Where(query => pattern.Matches(query) && (search.Before is null || query.At < search.Before)).Take(limit)];
    }
}
