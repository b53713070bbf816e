namespace HomeCloud.Agent.Web.Dns;

/// <summary>What the DNS server tells about itself; implemented where both are composed.</summary>
public interface IDnsStatisticsSource
{
    /// <summary>Everything but the queries themselves; null when the DNS server runs elsewhere.</summary>
    DnsStatisticsView? Read();

    /// <param name="filter">Part of a name or client; null for all.</param>
    /// <param name="limit">At most so many, newest first.</param>
    IReadOnlyList<DnsQueryView> Queries(string? filter, int limit);
}

/// <summary>For an agent whose DNS server is another process.</summary>
internal sealed class NoDnsStatistics : IDnsStatisticsSource
{
    public DnsStatisticsView? Read() => null;

    public IReadOnlyList<DnsQueryView> Queries(string? filter, int limit) => [];
}
