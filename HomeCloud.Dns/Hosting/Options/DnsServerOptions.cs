using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Zones;
using HomeCloud.Registry;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>All options of the DNS server. Each section belongs to the folder of that name.</summary>
public sealed class DnsServerOptions
{
    public ListenOptions Listen { get; } = new();

    public ZoneOptions Zones { get; } = new();

    public ForwardingOptions Forwarding { get; } = new();

    public CacheOptions Cache { get; } = new();

    public HostsFileOptions HostsFiles { get; } = new();

    public ServingOptions Serving { get; } = new();

    /// <summary>Least severe log line that is written.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>The same for single categories, or beginnings of them.</summary>
    public IDictionary<string, LogLevel> LogLevels { get; } = new Dictionary<string, LogLevel>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The log is a JSON object a line.</summary>
    public bool LogJson { get; set; }

    /// <summary>Metrics, health and the query log.</summary>
    public TelemetryOptions Telemetry { get; } = new();

    /// <summary>Where the names come from; its data directory also keeps zone serials and our certificate.</summary>
    public RegistryOptions Registry { get; } = new();
}
