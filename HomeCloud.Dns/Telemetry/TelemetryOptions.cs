using System.Net;

namespace HomeCloud.Dns.Telemetry;

/// <summary>What the server tells about itself. All of it is off by default.</summary>
public sealed class TelemetryOptions
{
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
