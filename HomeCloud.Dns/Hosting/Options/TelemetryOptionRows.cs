using HomeCloud.Dns.Telemetry;
using HomeCloud.Net.Addresses;
using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class TelemetryOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        new("metrics", "ADDR:PORT", "Address for /metrics, /health/live and /health/ready over HTTP. Default: none.", (options, values) =>
        {
            if (!AddressText.TryParseEndPoint(values[0], out var address))
                return "is not a valid address with a port (example: 127.0.0.1:9153)";
            options.Telemetry.Metrics = address;
            return null;
        }),
        new("otlp", "URL", "URL of an OpenTelemetry collector that receives metrics by OTLP over HTTP (example: http://192.168.1.10:4318). Default: none.", (options, values) =>
        {
            if (!Uri.TryCreate(values[0], UriKind.Absolute, out var collector) || !AddressText.IsWrittenOut(collector))
                return "is not a valid collector URL (example: http://192.168.1.10:4318)";
            options.Telemetry.Otlp = collector;
            return null;
        }),
        Seconds("otlp-interval", "How often metrics are sent to the collector. Default: 60.", (o, v) => o.Telemetry.OtlpInterval = v),
        Text("query-log", "FILE", "File to log each query to, one line per query. Default: none.", (o, v) => o.Telemetry.QueryLog = v),
        new("query-log-privacy", "LEVEL", "How much of the client's identity the query log holds: full, network, anonymous or minimal. Default: full.", (options, values) =>
        {
            if (!Enum.TryParse<QueryLogPrivacy>(values[0], ignoreCase: true, out var privacy) || int.TryParse(values[0], out _))
                return "is not one of full, network, anonymous, minimal";
            options.Telemetry.QueryLogPrivacy = privacy;
            return null;
        }),
        Bytes("query-log-max-bytes", "Size at which the query log starts a new file. Default: 10M.", (o, v) => o.Telemetry.QueryLogMaxBytes = v),
        Number("query-log-keep", "N", "Number of older query logs to keep. Default: 5.", (o, v) => o.Telemetry.QueryLogKeep = v),
    ];
}
