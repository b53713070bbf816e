using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>
/// What happened, as JSON lines that are only ever appended. The file is renamed to <c>history.1.jsonl</c> when it
/// is full; the newest <see cref="Remembered"/> lines are kept in memory for the page.
/// </summary>
public sealed partial class HistoryLog
{
    private const int KeptFiles = 4;
    private static readonly TimeSpan LongestEcho = TimeSpan.FromMinutes(5);
    private readonly string _path;
    private readonly long _maximumBytes;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly LinkedList<HistoryLine> _recent = [];
    private readonly Queue<HistoryLine> _unwritten = [];
    private readonly ILogger _logger;
    private readonly Dictionary<(HistoryKind Kind, string Subject), long> _ours = [];

    public HistoryLog(string path, TimeProvider time, long maximumBytes = 4 << 20, ILogger<HistoryLog>? logger = null)
    {
        _logger = logger ?? NullLogger<HistoryLog>.Instance;
        _path = path;
        _time = time;
        _maximumBytes = maximumBytes;
        for (var i = KeptFiles; i >= 0; i--)
        {
            foreach (var line in Read(FileName(i)))
                Remember(line);
        }
    }

    /// <summary>Lines kept in memory.</summary>
    public const int Remembered = 5000;

    /// <summary>Raised after a line was added, outside of any lock.</summary>
    public event Action<HistoryLine>? Added;

    public void Add(HistoryKind kind, string subject, string by, string detail = "")
    {
        var line = new HistoryLine(_time.GetUtcNow(), kind, subject, by, detail);
        lock (_lock)
        {
            Remember(line);
            _ours[(kind, subject)] = _time.GetTimestamp();
            _unwritten.Enqueue(line);
            Write();
        }

        Added?.Invoke(line);
    }

    /// <param name="subject">Only lines about this server or name; null for all.</param>
    /// <param name="limit">At most so many, newest first.</param>
    public IReadOnlyList<HistoryLine> Newest(string? subject, int limit)
    {
        lock (_lock)
        {
            var found = new List<HistoryLine>();
            for (var node = _recent.Last; node is not null && found.Count < limit; node = node.Previous)
            {
                if (subject is null || node.Value.Subject == subject)
                    found.Add(node.Value);
            }

            return found;
        }
    }

    /// <summary>We are about to do this: the engine's report of it, which may come before our own line is written, is an echo.</summary>
    public void Expect(HistoryKind kind, string subject)
    {
        lock (_lock)
            _ours[(kind, subject)] = _time.GetTimestamp();
    }

    /// <summary>Whether we did the same, or began to, a moment ago: then the engine's echo of it is not told twice.</summary>
    public bool WasJustDone(HistoryKind kind, string subject, TimeSpan within)
    {
        lock (_lock)
        {
            // By elapsed time: a clock that is set must not make echoes of news, nor news of echoes.
            foreach (var old in _ours.Where(o => _time.GetElapsedTime(o.Value) > LongestEcho).Select(o => o.Key).ToList())
                _ours.Remove(old);

            return _ours.TryGetValue((kind, subject), out var at) && _time.GetElapsedTime(at) <= within;
        }
    }

    /// <summary>A disk that is full must not keep anybody from stopping a server: what cannot be written waits for the next line.</summary>
    private void Write()
    {
        try
        {
            for (; _unwritten.TryPeek(out var line); _unwritten.Dequeue())
                Append(line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(_unwritten.Count, _path, exception.Message);
            while (_unwritten.Count > Remembered)
                _unwritten.Dequeue();
        }
    }

    private void Append(HistoryLine line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, HistoryJson.Default.HistoryLine);
        using (var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            // A line cut off by a crash must not swallow the next one.
            if (stream.Length > 0 && !EndsWithNewline())
                stream.WriteByte((byte)'\n');

            stream.Write(bytes);
            stream.WriteByte((byte)'\n');
            if (stream.Length < _maximumBytes)
                return;
        }

        for (var i = KeptFiles; i > 0; i--)
        {
            if (File.Exists(FileName(i - 1)))
                File.Move(FileName(i - 1), FileName(i), overwrite: true);
        }
    }

    private bool EndsWithNewline()
    {
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }

    private void Remember(HistoryLine line)
    {
        _recent.AddLast(line);
        if (_recent.Count > Remembered)
            _recent.RemoveFirst();
    }

    [LoggerMessage(LogLevel.Error, "History {Path}: cannot be written, {Count} lines wait in memory: {Reason}")]
    private partial void LogUnwritten(int count, string path, string reason);

    private string FileName(int index) => index == 0
        ? _path
        : Path.Combine(Path.GetDirectoryName(_path)!, $"{Path.GetFileNameWithoutExtension(_path)}.{index}{Path.GetExtension(_path)}");

    private static IEnumerable<HistoryLine> Read(string path)
    {
        if (!File.Exists(path))
            yield break;

        foreach (var text in File.ReadLines(path))
        {
            if (TryParse(text) is { } line)
                yield return line;
        }
    }

    private static HistoryLine? TryParse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, HistoryJson.Default.HistoryLine);
        }
        catch (JsonException)
        {
            // A torn line (power cut in mid-write) is passed over; the others are whole.
            return null;
        }
    }

    /// <summary>One record a line.</summary>
    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(CamelCase<HistoryKind>)])]
    [JsonSerializable(typeof(HistoryLine))]
    private sealed partial class HistoryJson : JsonSerializerContext;
}
