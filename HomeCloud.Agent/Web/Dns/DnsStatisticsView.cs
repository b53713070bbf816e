namespace HomeCloud.Agent.Web.Dns;

/// <summary>The DNS server's last minutes.</summary>
public sealed record DnsStatisticsView
{
    /// <summary>One for each second, oldest first, the newest being the last whole second.</summary>
    public IReadOnlyList<DnsSecondView> Seconds { get; init; } = [];

    public long Queries { get; init; }

    /// <summary>Answered at once: from our zones or from the cache.</summary>
    public long AnsweredAtOnce { get; init; }

    /// <summary>Those of <see cref="AnsweredAtOnce"/> that came from the cache: names of the world outside that nobody had to ask for again.</summary>
    public long FromCache { get; init; }

    public long Forwarded { get; init; }

    /// <summary>SERVFAIL and worse.</summary>
    public long Failed { get; init; }

    /// <summary>Milliseconds that forwarded queries took: how many fell below each bound.</summary>
    public IReadOnlyList<DnsLatencyView> Latency { get; init; } = [];

    public IReadOnlyList<DnsCountView> TopNames { get; init; } = [];

    public IReadOnlyList<DnsCountView> TopClients { get; init; } = [];

    public IReadOnlyList<DnsUpstreamView> Upstreams { get; init; } = [];
}
