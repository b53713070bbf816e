using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry;
using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Updating;
using HomeCloud.Dns.Validation;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Options;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using Microsoft.Extensions.Logging;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Hosting.Options.DnsServerOptions>;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>All options of the DNS server. Each section belongs to the folder of that name.</summary>
public sealed class DnsServerOptions
{
    public ListenOptions Listen { get; } = new();

    public ZoneOptions Zones { get; } = new();

    public ForwardingOptions Forwarding { get; } = new();

    public CacheOptions Cache { get; } = new();

    public ValidationOptions Validation { get; } = new();

    public BlockingOptions Blocking { get; } = new();

    public HostsFileOptions HostsFiles { get; } = new();

    public ServingOptions Serving { get; } = new();

    /// <summary>Dynamic updates.</summary>
    public UpdateOptions Updates { get; } = new();

    /// <summary>Least severe log line that is written.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>The same for single categories, or beginnings of them.</summary>
    public IDictionary<string, LogLevel> LogLevels { get; } = new Dictionary<string, LogLevel>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The log is a JSON object a line.</summary>
    public bool LogJson { get; set; }

    /// <summary>Metrics, health and the query log.</summary>
    public TelemetryOptions Telemetry { get; } = new();

    /// <summary>What is kept for the page of an agent that asks for it.</summary>
    public DnsHistoryOptions History { get; } = new();

    /// <summary>Where the names come from; its data directory also keeps zone serials and our certificate.</summary>
    public RegistryOptions Registry { get; } = new();

    /// <summary>Every option of the program. A section that gains an option has one more row.</summary>
    public static IReadOnlyList<OptionRow<DnsServerOptions>> Rows { get; } =
    [
        .. ListenOptions.Rows.In((DnsServerOptions o) => o.Listen),
        .. ZoneOptions.Rows.In((DnsServerOptions o) => o.Zones),
        .. ServingOptions.Rows.In((DnsServerOptions o) => o.Serving),
        .. UpdateOptions.Rows.In((DnsServerOptions o) => o.Updates),
        .. ForwardingOptions.Rows.In((DnsServerOptions o) => o.Forwarding),
        .. CacheOptions.Rows.In((DnsServerOptions o) => o.Cache),
        .. ValidationOptions.Rows.In((DnsServerOptions o) => o.Validation),
        .. BlockingOptions.Rows.In((DnsServerOptions o) => o.Blocking),
        .. TelemetryOptions.Rows.In((DnsServerOptions o) => o.Telemetry),
        .. DnsHistoryOptions.Rows.In((DnsServerOptions o) => o.History),
        .. HostsFileOptions.Rows.In((DnsServerOptions o) => o.HostsFiles),
        .. RegistryOptions.Rows.In((DnsServerOptions o) => o.Registry),
        new("log-level", "LEVEL", "Minimum log level: debug, information, warning or error; CATEGORY=LEVEL for one category (example: HomeCloud.Dns.Forwarding=debug). Default: information.", (o, values) => o.SetLogLevels(values)) { Repeatable = true },
        One<bool>("log-format", "FORMAT", "text: lines for people or the journal; json: one object per line with named values. Default: text.", ReadFormat, (o, v) => o.LogJson = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate() =>
    [
        .. Listen.Validate(), .. Zones.Validate(), .. Forwarding.Validate(), .. Cache.Validate(), .. Validation.Validate(), .. Blocking.Validate(), .. HostsFiles.Validate(), .. Serving.Validate(),
        .. Zones.Validate().Any() ? [] : ValidateNames(), .. Updates.Validate(), .. Telemetry.Validate(), .. History.Validate(), .. Registry.Validate(),
    ];

    private IEnumerable<string> ValidateNames()
    {
        foreach (var problem in Serving.ValidateLocalNames(Zones.EffectiveNames))
            yield return problem;
        foreach (var (zone, _) in Zones.Delegations())
        {
            if (Serving.ZoneFiles.Content.Outside.Values.FirstOrDefault(name => DnsName.IsAtOrBelow(name.Name, zone)) is { } file)
                yield return $"--zone-file {file.Place}: this name is in the delegated zone {DnsName.ToText(zone)}, which only updates fill";
        }
    }

    private static string? ReadFormat(string text, out bool isJson)
    {
        isJson = text == "json";
        return text is "text" or "json" ? null : "is neither text nor json";
    }

    private string? SetLogLevels(IReadOnlyList<string> values)
    {
        LogLevels.Clear();
        foreach (var value in values)
        {
            var (category, text) = value.Split('=', 2) is [var part, var rest] ? (part, rest) : (null, value);
            if (category is "" || !Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) || int.TryParse(text, out _))
                return "is not one of trace, debug, information, warning, error, critical, none";
            if (category is null)
                LogLevel = level;
            else
                LogLevels[category] = level;
        }

        return null;
    }
}
