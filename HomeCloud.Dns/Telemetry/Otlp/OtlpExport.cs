using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace HomeCloud.Dns.Telemetry.Otlp;

/// <summary>
/// Sends the metrics to an OpenTelemetry collector, by OTLP over HTTP with protobuf. This type alone refers to the library,
/// so a server without <c>--otlp</c> never loads it.
/// </summary>
internal sealed class OtlpExport(TelemetryOptions options) : IHostedService, IDisposable
{
    private const int StopMilliseconds = 2000;
    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
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
        return Task.CompletedTask;
    }

    /// <summary>What happened since the last time is sent, unless the collector is away.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => _provider?.Shutdown(StopMilliseconds), CancellationToken.None);

    public void Dispose() => _provider?.Dispose();

    /// <summary>OTLP's path below the collector's address, unless the address has a path already.</summary>
    internal static Uri MetricsPath(Uri collector) => collector.AbsolutePath is "" or "/" ? new Uri(collector, "/v1/metrics") : collector;
}
