using System.Text;
using HomeCloud.Dns.Telemetry.Queries;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.QueryLog;

/// <summary>Writes query records to the rotating file. A full disk costs lines, never answers: it is said once, and again when it works.</summary>
internal sealed partial class QueryLogWriter(string path, QueryLogPrivacy privacy, long maxBytes, int keep, ILogger logger) : IQuerySink, IDisposable
{
    private readonly RotatingFile _file = new(path, maxBytes, keep);
    private readonly StringBuilder _lines = new();
    private bool _failing;

    public void Accept(in QueryRecord record)
    {
        lock (_lines) _lines.Append(QueryLogLine.Format(record, privacy)).Append('\n');
    }

    public void EndOfBatch()
    {
        lock (_lines)
        {
            if (_lines.Length > 0)
                Write(_lines.ToString());
            _lines.Clear();
        }
    }

    /// <summary>Writes what is left. A batch that is under way elsewhere may still write: the file then opens once more.</summary>
    public void Dispose()
    {
        lock (_lines)
        {
            EndOfBatch();
            _file.Dispose();
        }
    }

    private void Write(string lines)
    {
        try
        {
            _file.Write(lines);
            if (_failing)
                LogRecovered(path);
            _failing = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!_failing)
                LogFailed(path, error.Message);
            _failing = true;
            _file.Reopen();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The query log {Path} cannot be written ({Reason}); answers go on, lines are lost until it can.")]
    private partial void LogFailed(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The query log {Path} is written again.")]
    private partial void LogRecovered(string path);
}
