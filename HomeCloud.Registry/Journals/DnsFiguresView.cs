namespace HomeCloud.Registry.Journals;

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

    /// <summary>Oldest first. A step that is missing is a time in which no DNS server counted.</summary>
    public IReadOnlyList<DnsStepView> Steps { get; init => field = value ?? []; } = [];

    public long Queries { get; init; }

    /// <summary>From our zones.</summary>
    public long Local { get; init; }

    public long Cached { get; init; }

    public long Forwarded { get; init; }

    public long Blocked { get; init; }

    /// <summary>Answered with an error: SERVFAIL, REFUSED and every other code but NXDOMAIN.</summary>
    public long Failed { get; init; }

    /// <summary>Milliseconds that forwarded queries took: how many fell below each bound.</summary>
    public IReadOnlyList<DnsLatencyView> Latency { get; init => field = value ?? []; } = [];

    /// <summary>full, anonymous or figures.</summary>
    public string Kept { get; init => field = value ?? ""; } = "";

    /// <summary>For how many hours single queries are kept; 0 when they are not.</summary>
    public int QueryHours { get; init; }

    /// <summary>Queries that came too fast to be kept one by one since its start; they are in the figures.</summary>
    public long LeftOut { get; init; }

    /// <summary>Whose figures these are, where there are several.</summary>
    public IReadOnlyList<DnsServerView> Servers { get; init => field = value ?? []; } = [];
}

/// <param name="At">Its begin, Unix time in seconds.</param>
/// <param name="Seconds">For so long of it the DNS server counted: less than the step in the newest, and around a stop.</param>
/// <param name="Queries">Messages received.</param>
/// <param name="Local">Answered from our zones.</param>
/// <param name="Cached">Answered from the cache.</param>
/// <param name="Forwarded">Answered by an upstream.</param>
/// <param name="Blocked">Answered by a block list.</param>
/// <param name="Failed">Answered with an error.</param>
/// <param name="Within">Milliseconds within which 95 of 100 forwarded queries were answered; null without any.</param>
public sealed record DnsStepView(long At, int Seconds, int Queries, int Local, int Cached, int Forwarded, int Blocked, int Failed, double? Within);

/// <summary>One DNS server of the home.</summary>
/// <param name="Name">The address that it listens on, or its machine.</param>
/// <param name="Queries">Of the range.</param>
/// <param name="Failed">Those of its answers that were errors.</param>
/// <param name="Problem">Why nothing is known of it now; missing while all is well.</param>
public sealed record DnsServerView(string Name, long Queries, long Failed, string? Problem = null);
