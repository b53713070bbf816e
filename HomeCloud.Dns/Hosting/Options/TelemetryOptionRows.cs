using HomeCloud.Dns.Telemetry;
using HomeCloud.Net.Addresses;
using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class TelemetryOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        new("metrics", "ADDR:PORT", "Where to serve /metrics, /health/live and /health/ready over HTTP. Default: nowhere.", (options, values) =>
        {
            if (!AddressText.TryParseEndPoint(values[0], out var address))
                return "is not an address with a port, such as 127.0.0.1:9153";
            options.Telemetry.Metrics = address;
            return null;
        }),
        new("otlp", "URL", "OpenTelemetry collector that gets the metrics by OTLP over HTTP, such as http://192.168.1.10:4318. Default: none.", (options, values) =>
        {
            if (!Uri.TryCreate(values[0], UriKind.Absolute, out var collector) || !AddressText.IsWrittenOut(collector))
                return "is not the address of a collector, such as http://192.168.1.10:4318";
            options.Telemetry.Otlp = collector;
            return null;
        }),
        Seconds("otlp-interval", "How often the collector gets them. Default: 60.", (o, v) => o.Telemetry.OtlpInterval = v),
        Text("query-log", "FILE", "File that gets a line for each query. Default: none.", (o, v) => o.Telemetry.QueryLog = v),
        new("query-log-privacy", "LEVEL", "What the query log says about who asked: full, network, anonymous or minimal. Default: full.", (options, values) =>
        {
            if (!Enum.TryParse<QueryLogPrivacy>(values[0], ignoreCase: true, out var privacy) || int.TryParse(values[0], out _))
                return "is none of full, network, anonymous, minimal";
            options.Telemetry.QueryLogPrivacy = privacy;
            return null;
        }),
        Bytes("query-log-max-bytes", "Size at which the query log starts a new file. Default: 10M.", (o, v) => o.Telemetry.QueryLogMaxBytes = v),
        Number("query-log-keep", "N", "Older query logs that are kept. Default: 5.", (o, v) => o.Telemetry.QueryLogKeep = v),
    ];
}
