using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Telemetry.History.DnsHistoryOptions>;

namespace HomeCloud.Dns.Telemetry.History;

/// <summary>What the DNS server keeps for the page, and how long.</summary>
public sealed class DnsHistoryOptions
{
    private const int MostHours = 24 * 31;
    private const long LeastBytes = 1L << 20;
    private const long MostBytes = 16L << 30;

    /// <summary>Option <c>--dns-history LEVEL</c>.</summary>
    public DnsHistoryLevel Level { get; set; } = DnsHistoryLevel.Full;

    /// <summary>How long single queries are kept, 1 hour to 31 days. Option <c>--dns-history-hours N</c>.</summary>
    public int Hours { get; set; } = 24;

    /// <summary>Disk for single queries in bytes, 1 MiB to 16 GiB; the oldest go first. Option <c>--dns-history-max-bytes</c>.</summary>
    public long MaxBytes { get; set; } = 32L << 20;

    public bool KeepsQueries => Level is DnsHistoryLevel.Full or DnsHistoryLevel.Anonymous;

    public static OptionRow<DnsHistoryOptions>[] Rows =>
    [
        One<DnsHistoryLevel>("dns-history", "LEVEL", "What is kept for the DNS page: full (figures of a week, single queries), anonymous (queries without clients), figures (no queries) or off. Default: full.", ReadLevel, (o, v) => o.Level = v),
        Number("dns-history-hours", "N", "How many hours single queries are kept. Default: 24.", (o, v) => o.Hours = v),
        Bytes("dns-history-max-bytes", "Disk for single queries; the oldest go first. Default: 32M.", (o, v) => o.MaxBytes = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (Hours is < 1 or > MostHours)
            yield return $"--dns-history-hours {Hours} is outside 1 to {MostHours}; use --dns-history figures to keep no queries.";
        if (MaxBytes is < LeastBytes or > MostBytes)
            yield return $"--dns-history-max-bytes {MaxBytes} is outside {LeastBytes} to {MostBytes}.";
    }

    private static string? ReadLevel(string text, out DnsHistoryLevel level) =>
        Enum.TryParse(text, ignoreCase: true, out level) && !int.TryParse(text, out _) ? null : "is not one of full, anonymous, figures, off";
}

/// <summary>How much is kept of what the household asks.</summary>
public enum DnsHistoryLevel
{
    /// <summary>Figures, and each query with its client.</summary>
    Full,

    /// <summary>Figures, and each query without its client.</summary>
    Anonymous,

    /// <summary>Figures only.</summary>
    Figures,

    /// <summary>Nothing.</summary>
    Off,
}
