namespace HomeCloud.Registry.Journals;

/// <summary>What one DNS server tells of itself to a page that asks.</summary>
public interface IDnsJournal
{
    /// <summary>As a person knows it: the address that it listens on, or its machine.</summary>
    string Server { get; }

    /// <summary>The last minutes.</summary>
    DnsStatisticsView Statistics();

    /// <summary>How its upstream servers are now. Cheap: it may be asked all day.</summary>
    IReadOnlyList<DnsUpstreamView> Upstreams();

    /// <returns>Null when none are kept.</returns>
    DnsFiguresView? Figures(DnsRange range);

    /// <param name="range">As far as queries of it are kept.</param>
    /// <param name="most">So many of each.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <returns>Null when queries are not kept.</returns>
    DnsTopView? Top(DnsRange range, int most, CancellationToken cancellationToken);

    /// <summary>The kept ones, newest first; those of the last minutes when none are kept.</summary>
    IReadOnlyList<DnsQueryView> Queries(QuerySearch search, int limit, CancellationToken cancellationToken);
}
