using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Telemetry.Exposition;
using HomeCloud.Dns.Telemetry.Health;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.Http;

/// <summary>Serves <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> on an address of its own.</summary>
internal sealed partial class MetricsEndpoint : OptionalService
{
    private readonly IPEndPoint _address;
    private readonly MetricsCollector _collector;
    private readonly IReadOnlyList<IReadinessCheck> _checks;
    private readonly ILogger<MetricsEndpoint> _logger;
    private readonly TinyHttpServer _server;

    public MetricsEndpoint(IPEndPoint address, MetricsCollector collector, IEnumerable<IReadinessCheck> checks, TimeProvider time, ILogger<MetricsEndpoint> logger)
        : base(logger, time)
    {
        _address = address;
        _collector = collector;
        _checks = [.. checks];
        _logger = logger;
        _server = new TinyHttpServer(Answer, logger);
    }

    protected override string Part => "metrics endpoint";

    /// <summary>The address in use once started.</summary>
    public IPEndPoint? Address => _server.Address;

    public override void Dispose()
    {
        base.Dispose();
        _server.Dispose();
    }

    /// <summary>Listens before the start is over, if it can; if not, <see cref="RunAsync"/> says why and tries again.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Listen();
        }
        catch (IOException)
        {
            // Said by the next try, at once.
        }

        return base.StartAsync(cancellationToken);
    }

    protected override Task RunAsync(CancellationToken stoppingToken)
    {
        if (_server.Address is null)
            Listen();
        return _server.ServeAsync(stoppingToken);
    }

    private void Listen()
    {
        try
        {
            _server.Listen(_address);
        }
        catch (SocketException error)
        {
            throw new IOException($"--metrics {_address}: {error.Message}: choose an address of this machine and a free port, or remove the option", error);
        }

        LogListening(_server.Address!);
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

    [LoggerMessage(LogLevel.Information, "Metrics and health are at http://{Address}/metrics, /health/live and /health/ready.")]
    private partial void LogListening(IPEndPoint address);
}
