using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace HomeCloud.Dns.Telemetry.Otlp;

/// <summary>
/// Sends the metrics to an OpenTelemetry collector, by OTLP over HTTP with protobuf. This type alone refers to the library,
/// so a server without <c>--otlp</c> never loads it.
/// </summary>
internal sealed class OtlpExport(TelemetryOptions options, TimeProvider time, ILogger<OtlpExport> logger) : OptionalService(logger, time)
{
    private const int StopMilliseconds = 2000;
    private MeterProvider? _provider;

    protected override string Part => "OTLP metrics export";

    /// <summary>What happened since the last time is sent at a stop, unless the collector is away.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.Run(() => _provider?.Shutdown(StopMilliseconds), CancellationToken.None);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _provider?.Dispose();
        base.Dispose();
    }

    protected override Task RunAsync(CancellationToken stoppingToken)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddService("homecloud", serviceVersion: TelemetryMeter.Version, serviceInstanceId: Environment.MachineName))
            .AddMeter("HomeCloud*", "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = MetricsPath(options.Otlp!);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.OtlpInterval.TotalMilliseconds;
            })
            .Build();
        return Task.Delay(Timeout.Infinite, stoppingToken);
    }

    /// <summary>OTLP's path below the collector's address, unless the address has a path already.</summary>
    internal static Uri MetricsPath(Uri collector) => collector.AbsolutePath is "" or "/" ? new Uri(collector, "/v1/metrics") : collector;
}
