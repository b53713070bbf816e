using System.Buffers;
using System.Globalization;
using HomeCloud.Registry.Journals;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.History;

/// <summary>
/// Single queries on disk, in files of an hour at most that are only appended to and go one after the other. Readable by their owner
/// only. What is not written yet is in memory, for a minute and bounded; what a flood brings beyond that is left out and counted.
/// </summary>
internal sealed partial class QueryBook(string directory, DnsHistoryOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>The limit is held in parts of this many, so that not much goes at once.</summary>
    private const int Parts = 16;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan LongestSegment = TimeSpan.FromHours(1);

    /// <summary>A clock that is a little ahead of the one that wrote.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Of one minute: some 13,000 queries, more than 200 a second, unless the disk is small.</summary>
    private readonly long _mostUnwritten = Math.Min(1 << 20, options.MaxBytes / Parts);

    private readonly Lock _lock = new();
    private readonly string _prefix = $"queries-{options.Level.ToString().ToLowerInvariant()}-";
    private ArrayBufferWriter<byte> _unwritten = new();
    private List<Segment> _segments = [];
    private bool _isFailing;
    private long _leftOut;

    /// <summary>Queries that were not kept because too many came at once.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Finds what earlier runs kept. What was kept under another level goes: less is kept from now on, or the old says less than asked for.</summary>
    public void Open()
    {
        var segments = new List<Segment>();
        foreach (var path in Files(directory))
        {
            if (Number(path) is { } number)
                segments.Add(new Segment(number, path, new FileInfo(path)));
            else
                File.Delete(path);
        }

        lock (_lock)
            _segments = [.. segments.OrderBy(segment => segment.Number)];
    }

    /// <summary>Removes all that was kept, of every level.</summary>
    public static void Forget(string directory)
    {
        foreach (var path in Files(directory))
            File.Delete(path);
    }

    public void Add(DnsQueryView query)
    {
        var line = QueryLine.Format(query, options.Level == DnsHistoryLevel.Full);
        lock (_lock)
        {
            if (_unwritten.WrittenCount + line.Length <= _mostUnwritten)
                _unwritten.Write(line);
            else
                Interlocked.Increment(ref _leftOut);
        }
    }

    /// <summary>Writes what came since the last time, and removes what is too old or too much. Never throws for what a disk does.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            try
            {
                if (_unwritten.WrittenCount > 0)
                    Append();
                RemoveOld();
                if (_isFailing)
                    LogWritten(directory);
                _isFailing = false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (!_isFailing)
                    LogUnwritten(directory, exception.Message);
                _isFailing = true;
            }
        }
    }

    /// <param name="search">What to find.</param>
    /// <param name="limit">At most so many, newest first.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    public IReadOnlyList<DnsQueryView> Search(QuerySearch search, int limit, CancellationToken cancellationToken)
    {
        var found = new List<DnsQueryView>();
        var pattern = new QueryPattern(search);
        var newest = Math.Min((time.GetUtcNow() + Ahead).ToUnixTimeMilliseconds(), search.Before is { } before ? before.ToUnixTimeMilliseconds() - 1 : long.MaxValue);
        Read(
            (line, fields, at) =>
            {
                if (at <= newest && pattern.Matches(line, fields) && QueryLine.Parse(line, fields, at) is { } query)
                    found.Add(query);
                return found.Count < limit;
            },
            cancellationToken);
        return found;
    }

    /// <param name="hours">Of so many hours, as far as they are kept.</param>
    /// <param name="most">So many of each.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    public DnsTopView Top(int hours, int most, CancellationToken cancellationToken)
    {
        hours = Math.Min(hours, options.Hours);
        var tally = new QueryTally();
        var now = time.GetUtcNow();
        var (oldest, newest) = ((now - TimeSpan.FromHours(hours)).ToUnixTimeMilliseconds(), (now + Ahead).ToUnixTimeMilliseconds());
        Read(
            (line, fields, at) =>
            {
                if (at >= oldest && at <= newest)
                    tally.Add(line[fields[2]], line[fields[1]], line[fields[5]].SequenceEqual("blocked"u8));
                return true;
            },
            cancellationToken);
        return tally.Top(most, hours);
    }

    /// <summary>Lines of the time that is kept, newest first, until the reader has enough.</summary>
    private void Read(LineReader reader, CancellationToken cancellationToken)
    {
        Stream fresh;
        List<Segment> segments;
        lock (_lock)
        {
            fresh = new MemoryStream(_unwritten.WrittenSpan.ToArray());
            segments = [.. _segments];
        }

        var oldest = (time.GetUtcNow() - TimeSpan.FromHours(options.Hours)).ToUnixTimeMilliseconds();
        if (!Read(fresh, null, oldest, reader, cancellationToken))
            return;
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            try
            {
                using var file = new FileStream(segments[i].Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
                if (!Read(file, segments[i], oldest, reader, cancellationToken))
                    return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // One that was removed in the meantime is missed by nobody.
                if (exception is not FileNotFoundException && segments[i].Complain())
                    LogUnreadable(segments[i].Path, exception.Message);
            }
        }
    }

    private bool Read(Stream file, Segment? segment, long oldest, LineReader reader, CancellationToken cancellationToken)
    {
        Span<Range> fields = stackalloc Range[8];
        var lines = new BackwardLines(file);
        var damaged = 0;
        while (lines.TryRead(out var line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!QueryLine.TrySplit(line, fields, out var at))
                damaged++;
            else if (at >= oldest && !reader(line, fields, at))
                return false;
        }

        if (damaged + lines.TooLong > 0 && segment is not null && segment.Complain())
            LogDamaged(segment.Path, damaged + lines.TooLong);
        return true;
    }

    private delegate bool LineReader(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields, long at);

    private void Append()
    {
        Directory.CreateDirectory(directory);
        var now = time.GetUtcNow();
        if (_segments is not [.., var segment] || segment.Bytes > options.MaxBytes / Parts || now - segment.Begun is var age && (age > LongestSegment || age < -Ahead))
        {
            segment = new Segment(_segments is [.., var last] ? last.Number + 1 : 1, directory, _prefix, now);
            _segments.Add(segment);
        }

        var mode = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            mode.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(segment.Path, mode))
        {
            // A line that a power cut left without its end must not swallow the next one.
            file.Position = Math.Max(0, file.Length - 1);
            if (file.Length > 0 && file.ReadByte() != '\n')
                file.Write("\n"u8);
            file.Write(_unwritten.WrittenSpan);
            file.Flush(flushToDisk: true);
            segment.Bytes = file.Length;
        }

        segment.Last = now;
        _unwritten.ResetWrittenCount();
        if (_unwritten.Capacity > 1 << 16)
            _unwritten = new ArrayBufferWriter<byte>();
    }

    /// <summary>By time when the clock went on from there; a clock that is behind its own past, as before NTP came, removes nothing.</summary>
    private void RemoveOld()
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromHours(options.Hours);
        while (_segments is [var first, ..] && (first.Last < oldest || _segments.Sum(segment => segment.Bytes) > options.MaxBytes))
        {
            File.Delete(first.Path);
            _segments.RemoveAt(0);
        }
    }

    private static IEnumerable<string> Files(string directory) => Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "queries-*.tsv") : [];

    private int? Number(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name.StartsWith(_prefix, StringComparison.Ordinal) && int.TryParse(name[_prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    [LoggerMessage(LogLevel.Error, "DNS history {Path}: queries cannot be written: {Reason}. Names are still answered; retrying every minute.")]
    private partial void LogUnwritten(string path, string reason);

    [LoggerMessage(LogLevel.Information, "DNS history {Path}: queries are written again.")]
    private partial void LogWritten(string path);

    [LoggerMessage(LogLevel.Warning, "DNS history {Path}: cannot be read: {Reason}")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "DNS history {Path}: {Count} damaged lines are passed over.")]
    private partial void LogDamaged(string path, int count);

    /// <summary>One file.</summary>
    private sealed class Segment
    {
        private int _complained;

        public Segment(int number, string directory, string prefix, DateTimeOffset begun)
        {
            (Number, Begun, Last) = (number, begun, begun);
            Path = System.IO.Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:000000}.tsv"));
        }

        /// <summary>One that is there already: it was last written when the file system says so.</summary>
        public Segment(int number, string path, FileInfo file)
        {
            (Number, Path, Bytes, Last) = (number, path, file.Length, file.LastWriteTimeUtc);
            Begun = Last;
        }

        public int Number { get; }

        public string Path { get; }

        public long Bytes { get; set; }

        public DateTimeOffset Begun { get; }

        /// <summary>When it was last written.</summary>
        public DateTimeOffset Last { get; set; }

        /// <summary>Whether this is the first time.</summary>
        public bool Complain() => Interlocked.Exchange(ref _complained, 1) == 0;
    }
}
