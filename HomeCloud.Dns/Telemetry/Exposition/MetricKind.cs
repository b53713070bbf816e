namespace HomeCloud.Dns.Telemetry.Exposition;

/// <summary>TYPE values of the Prometheus text format.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
