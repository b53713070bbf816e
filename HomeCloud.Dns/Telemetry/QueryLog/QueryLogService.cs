using HomeCloud.Dns.Telemetry.Queries;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.QueryLog;

/// <summary>Attaches the query log to the feed, and exchanges it when the options change or logrotate moved the file.</summary>
internal sealed partial class QueryLogService(QueryFeed feed, TelemetryOptions options, ILogger<QueryLogService> logger) : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private QueryLogWriter? _writer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Apply(options);
        return Task.CompletedTask;
    }

    /// <summary>Takes new options; with the same ones it reopens the file.</summary>
    public void Apply(TelemetryOptions changed)
    {
        lock (_lock)
        {
            var before = _writer;
            _writer = changed.QueryLog is { } path
                ? new QueryLogWriter(path, changed.QueryLogPrivacy, changed.QueryLogMaxBytes, changed.QueryLogKeep, logger)
                : null;
            if (_writer is not null)
            {
                feed.Attach(_writer);
                LogOn(changed.QueryLog!, changed.QueryLogPrivacy);
            }

            if (before is not null)
            {
                feed.Detach(before);
                before.Dispose();
            }
        }
    }

    /// <summary>Runs before the feed stops, which hands over what is left; the file is closed by <see cref="Dispose"/>.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _writer?.Dispose();

    [LoggerMessage(LogLevel.Information, "Query log {Path}: logging queries (privacy: {Privacy}).")]
    private partial void LogOn(string path, QueryLogPrivacy privacy);
}
