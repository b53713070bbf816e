using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Telemetry.TelemetryOptions>;

namespace HomeCloud.Dns.Telemetry;

/// <summary>What the server tells about itself. All of it is off by default.</summary>
public sealed class TelemetryOptions
{
    private const long LeastBytes = 64 * 1024;
    private const long MostBytes = 16L * 1024 * 1024 * 1024;

    /// <summary>Where <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> are served over HTTP; null: nowhere. Option <c>--metrics ADDR:PORT</c>.</summary>
    public IPEndPoint? Metrics { get; set; }

    /// <summary>OpenTelemetry collector that gets the metrics (OTLP over HTTP, protobuf); null: none. Option <c>--otlp URL</c>.</summary>
    public Uri? Otlp { get; set; }

    /// <summary>How often it gets them, 1 second to 1 hour.</summary>
    public TimeSpan OtlpInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>File that gets a line for each query; null: none. Option <c>--query-log PATH</c>.</summary>
    public string? QueryLog { get; set; }

    /// <summary>How much a line of the query log says about who asked. Option <c>--query-log-privacy</c>.</summary>
    public QueryLogPrivacy QueryLogPrivacy { get; set; } = QueryLogPrivacy.Full;

    /// <summary>Size in bytes at which the query log starts a new file, 64 KiB to 16 GiB.</summary>
    public long QueryLogMaxBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Older query logs that are kept, 0 to 100.</summary>
    public int QueryLogKeep { get; set; } = 5;

    public static OptionRow<TelemetryOptions>[] Rows =>
    [
        One<IPEndPoint?>("metrics", "ADDR:PORT", "Address for /metrics, /health/live and /health/ready over HTTP. Default: none.", ReadMetrics, (o, v) => o.Metrics = v),
        One<Uri?>("otlp", "URL", "URL of an OpenTelemetry collector that receives metrics by OTLP over HTTP (example: http://192.168.1.10:4318). Default: none.", ReadCollector, (o, v) => o.Otlp = v),
        Seconds("otlp-interval", "How often metrics are sent to the collector. Default: 60.", (o, v) => o.OtlpInterval = v),
        Text("query-log", "FILE", "File to log each query to, one line per query. Default: none.", (o, v) => o.QueryLog = v),
        One<QueryLogPrivacy>("query-log-privacy", "LEVEL", "How much of the client's identity the query log holds: full, network, anonymous or minimal. Default: full.", ReadPrivacy, (o, v) => o.QueryLogPrivacy = v),
        Bytes("query-log-max-bytes", "Size at which the query log starts a new file. Default: 10M.", (o, v) => o.QueryLogMaxBytes = v),
        Number("query-log-keep", "N", "Number of older query logs to keep. Default: 5.", (o, v) => o.QueryLogKeep = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (Metrics is { Port: 0 })
            yield return $"--metrics {Metrics} has port 0; choose a port (example: {Metrics.Address}:9153).";
        if (Otlp is { } collector && (!collector.IsAbsoluteUri || collector.Scheme is not ("http" or "https")))
            yield return $"--otlp {collector} is not a valid collector URL (example: http://192.168.1.10:4318).";
        if (OtlpInterval < TimeSpan.FromSeconds(1) || OtlpInterval > TimeSpan.FromHours(1))
            yield return $"--otlp-interval {OtlpInterval.TotalSeconds} is outside 1 to 3600 seconds.";
        if (QueryLog is { } path && (path.Length == 0 || Directory.Exists(path)))
            yield return $"--query-log '{path}' is not a file; set a file (example: /var/log/homecloud/queries.log).";
        if (QueryLogMaxBytes is < LeastBytes or > MostBytes)
            yield return $"--query-log-max-bytes {QueryLogMaxBytes} is outside {LeastBytes} to {MostBytes}.";
        if (QueryLogKeep is < 0 or > 100)
            yield return $"--query-log-keep {QueryLogKeep} is outside 0 to 100.";
    }

    private static string? ReadMetrics(string text, out IPEndPoint? address) =>
        AddressText.TryParseEndPoint(text, out address) ? null : "is not a valid address with a port (example: 127.0.0.1:9153)";

    private static string? ReadCollector(string text, out Uri? collector) =>
        Uri.TryCreate(text, UriKind.Absolute, out collector) && AddressText.IsWrittenOut(collector) ? null : "is not a valid collector URL (example: http://192.168.1.10:4318)";

    private static string? ReadPrivacy(string text, out QueryLogPrivacy privacy) =>
        Enum.TryParse(text, ignoreCase: true, out privacy) && !int.TryParse(text, out _) ? null : "is not one of full, network, anonymous, minimal";
}

/// <summary>How much a line of the query log says about who asked.</summary>
public enum QueryLogPrivacy
{
    /// <summary>The client's whole address.</summary>
    Full,

    /// <summary>Its network: the first 24 bits of an IPv4 address, 56 of an IPv6 address.</summary>
    Network,

    /// <summary>Nothing about the client.</summary>
    Anonymous,

    /// <summary>Nothing about the client, and of foreign names only the last two labels.</summary>
    Minimal,
}
