namespace HomeCloud.Agent.Web.Dns;

/// <summary>For an agent whose DNS server is another process.</summary>
internal sealed class NoDnsStatistics : IDnsStatisticsSource
{
    public DnsStatisticsView? Read() => null;

    public IReadOnlyList<DnsQueryView> Queries(string? filter, int limit) => [];
}
