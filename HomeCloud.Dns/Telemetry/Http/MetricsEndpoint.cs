using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Telemetry.Exposition;
using HomeCloud.Dns.Telemetry.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HomeCloud.Dns.Telemetry.Http;

/// <summary>Serves <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> on an address of its own.</summary>
internal sealed partial class MetricsEndpoint : BackgroundService
{
    private readonly IPEndPoint _address;
    private readonly MetricsCollector _collector;
    private readonly IReadOnlyList<IReadinessCheck> _checks;
    private readonly ILogger<MetricsEndpoint> _logger;
    private readonly TinyHttpServer _server;

    public MetricsEndpoint(IPEndPoint address, MetricsCollector collector, IEnumerable<IReadinessCheck> checks, ILogger<MetricsEndpoint> logger)
    {
        _address = address;
        _collector = collector;
        _checks = [.. checks];
        _logger = logger;
        _server = new TinyHttpServer(Answer, logger);
    }

    /// <summary>The address in use once started.</summary>
    public IPEndPoint? Address => _server.Address;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _server.Listen(_address);
        }
        catch (SocketException error)
        {
            // The same exception as for any other option that will not do: said in one line, exit code 1.
            throw new OptionsValidationException(nameof(TelemetryOptions.Metrics), typeof(TelemetryOptions), [$"--metrics {_address}: {error.Message}. Name an address of this machine and a free port, or leave the option out."]);
        }

        LogListening(_server.Address!);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _server.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _server.ServeAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private HttpAnswer Answer(string path)
    {
        switch (path)
        {
            case "/metrics":
                return new("200 OK", MetricsCollector.ContentType, _collector.Scrape());
            case "/health/live":
                return HttpAnswer.Plain("200 OK", "alive\n");
            case "/health/ready":
                var report = ReadinessReport.Of(_checks);
                return new(report.Ready ? "200 OK" : "503 Service Unavailable", "application/json", report.ToJson() + "\n");
            default:
                return HttpAnswer.NotFound;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Metrics and health are at http://{Address}/metrics, /health/live and /health/ready.")]
    private partial void LogListening(IPEndPoint address);
}
