namespace HomeCloud.Registry.Journals;

/// <summary>The DNS server's last minutes.</summary>
public sealed record DnsStatisticsView
{
    /// <summary>One for each second, oldest first, the newest being the last whole second.</summary>
    public IReadOnlyList<DnsSecondView> Seconds { get; init => field = value ?? []; } = [];

    public long Queries { get; init; }

    /// <summary>Answered at once: from our zones or from the cache.</summary>
    public long AnsweredAtOnce { get; init; }

    /// <summary>Those of <see cref="AnsweredAtOnce"/> that came from the cache: names of the world outside that nobody had to ask for again.</summary>
    public long FromCache { get; init; }

    public long Forwarded { get; init; }

    /// <summary>SERVFAIL and worse.</summary>
    public long Failed { get; init; }

    /// <summary>Milliseconds that forwarded queries took: how many fell below each bound.</summary>
    public IReadOnlyList<DnsLatencyView> Latency { get; init => field = value ?? []; } = [];

    public IReadOnlyList<DnsCountView> TopNames { get; init => field = value ?? []; } = [];

    public IReadOnlyList<DnsCountView> TopClients { get; init => field = value ?? []; } = [];

    public IReadOnlyList<DnsUpstreamView> Upstreams { get; init => field = value ?? []; } = [];

    /// <summary>Whose statistics these are, where there are several.</summary>
    public IReadOnlyList<DnsServerView> Servers { get; init => field = value ?? []; } = [];

    /// <summary>Whether answers from outside are validated by DNSSEC, or why not. For a person; null when nobody knows.</summary>
    public string? Validation { get; init; }
}

/// <param name="Name">A name or a client's address. Names come from clients: show them as text.</param>
/// <param name="Count">Queries, of late.</param>
/// <param name="Device">The name of a client's device; null when none is known.</param>
public sealed record DnsCountView(string Name, long Count, string? Device = null);

/// <param name="BelowMilliseconds">Upper bound of the class.</param>
/// <param name="Count">Queries in it.</param>
public sealed record DnsLatencyView(double BelowMilliseconds, long Count);

/// <param name="At">UTC.</param>
/// <param name="Client">Who asked.</param>
/// <param name="Name">Asked name, as text.</param>
/// <param name="Type">A, AAAA, …</param>
/// <param name="Answer">NOERROR, NXDOMAIN, …</param>
/// <param name="Source">our zones, cache, forwarded or blocked.</param>
/// <param name="Milliseconds">For forwarded ones; 0 otherwise.</param>
/// <param name="Device">The name of the client's device; null when none is known.</param>
/// <param name="Server">Which DNS server was asked, where there are several.</param>
public sealed record DnsQueryView(DateTimeOffset At, string Client, string Name, string Type, string Answer, string Source, double Milliseconds, string? Device = null, string? Server = null);

/// <param name="At">Unix time in seconds.</param>
/// <param name="AtOnce">Answered from our zones or the cache.</param>
/// <param name="Forwarded">Answered by an upstream.</param>
/// <param name="Failed">SERVFAIL and worse.</param>
public sealed record DnsSecondView(long At, int AtOnce, int Forwarded, int Failed);

/// <param name="Address">Where it is.</param>
/// <param name="Healthy">Whether it is asked now.</param>
/// <param name="LatencyMilliseconds">Smoothed; null before the first answer.</param>
/// <param name="Detail">For a person.</param>
/// <param name="Server">Which DNS server asks it, where there are several.</param>
public sealed record DnsUpstreamView(string Address, bool Healthy, double? LatencyMilliseconds, string Detail, string? Server = null);
