using System.Collections.Concurrent;
using System.Text;
using HomeCloud.Dns.Telemetry.Queries;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.QueryLog;

/// <summary>
/// Writes query records to the rotating file, on a thread of its own: a pipe that nobody reads, a terminal that was stopped
/// or a full disk costs lines, never answers. That is said once, and again when it works.
/// </summary>
internal sealed partial class QueryLogWriter : IQuerySink, IDisposable
{
    /// <summary>Batches that wait, a few seconds' worth; more are lost.</summary>
    private const int MostWaiting = 64;

    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly QueryLogPrivacy _privacy;
    private readonly ILogger _logger;
    private readonly RotatingFile _file;
    private readonly StringBuilder _lines = new();
    private readonly BlockingCollection<string> _waiting = new(MostWaiting);
    private readonly Thread _thread;
    private bool _disposed;
    private bool _losing;
    private bool _failing;

    public QueryLogWriter(string path, QueryLogPrivacy privacy, long maxBytes, int keep, ILogger logger)
    {
        _path = path;
        _privacy = privacy;
        _logger = logger;
        _file = new RotatingFile(path, maxBytes, keep);
        _thread = new Thread(Run) { IsBackground = true, Name = "dns query log" };
        _thread.Start();
    }

    public void Accept(in QueryRecord record)
    {
        lock (_lines)
            _lines.Append(QueryLogLine.Format(record, _privacy)).Append('\n');
    }

    public void EndOfBatch()
    {
        lock (_lines)
        {
            if (_lines.Length > 0 && !_disposed)
                Queue(_lines.ToString());
            _lines.Clear();
        }
    }

    /// <summary>Writes what is left, if that takes no longer than two seconds.</summary>
    public void Dispose()
    {
        lock (_lines)
        {
            if (_disposed)
                return;
            EndOfBatch();
            _disposed = true;
            _waiting.CompleteAdding();
        }

        if (!_thread.Join(LastChance))
            LogUnwritten(_path);
    }

    private void Queue(string lines)
    {
        var isTaken = _waiting.TryAdd(lines);
        if (!isTaken && !_losing)
            LogLosing(_path);
        _losing = !isTaken;
    }

    private void Run()
    {
        foreach (var lines in _waiting.GetConsumingEnumerable())
            Write(lines);
        _file.Dispose();
        _waiting.Dispose();
    }

    private void Write(string lines)
    {
        try
        {
            _file.Write(lines);
            if (_failing)
                LogRecovered(_path);
            _failing = false;
        }
        catch (Exception error)
        {
            if (!_failing)
                LogFailed(_path, error.Message);
            _failing = true;
            _file.Reopen();
        }
    }

    [LoggerMessage(LogLevel.Error, "Query log {Path}: cannot write ({Reason}); answers continue, lines are lost until it works again.")]
    private partial void LogFailed(string path, string reason);

    [LoggerMessage(LogLevel.Information, "Query log {Path}: writing works again.")]
    private partial void LogRecovered(string path);

    [LoggerMessage(LogLevel.Warning, "Query log {Path}: writing is slower than the queries arrive; answers continue, lines are lost.")]
    private partial void LogLosing(string path);

    [LoggerMessage(LogLevel.Warning, "Query log {Path}: the last lines could not be written.")]
    private partial void LogUnwritten(string path);
}
