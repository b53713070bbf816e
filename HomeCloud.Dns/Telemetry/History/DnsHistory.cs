using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Registry.Figures;
using HomeCloud.Registry.Journals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.History;

/// <summary>
/// Keeps what the DNS server of this process does, also while no page is open. It wakes once a minute, and writes when a query came.
/// A stop loses nothing; a kill or a power cut the last minute.
/// </summary>
public sealed partial class DnsHistory : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly string _directory;
    private readonly DnsHistoryOptions _options;
    private readonly IQueryJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Lock _writing = new();
    private readonly QueryBook? _queries;
    private readonly FigureFile _file;
    private FigureBook _figures = new();
    private long[] _before = [];
    private long _countedAt;
    private bool _isUnwritten;
    private bool _isOver;
    private long _toldLeftOut;

    public DnsHistory(string dataDirectory, DnsHistoryOptions options, IQueryJournal journal, TimeProvider time, ILogger<DnsHistory> logger)
    {
        (_directory, _options, _journal, _time, _logger) = (Path.Combine(dataDirectory, "dns"), options, journal, time, logger);
        _file = new FigureFile("DNS history", Path.Combine(_directory, "figures.bin"), FigureCoding.LargestFile, time, logger);
        if (options.KeepsQueries)
            _queries = new QueryBook(_directory, options, time, logger);
    }

    public DnsHistoryOptions Options => _options;

    /// <summary>Queries that were not kept because too many came at once.</summary>
    public long LeftOut => _queries?.LeftOut ?? 0;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(_directory, exception.Message);
        }

        lock (_lock)
            (_before, _countedAt) = (_journal.Count().Values, _time.GetTimestamp());
        if (_queries is not null)
            _journal.Follow(_queries.Add);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>It is among the first services of the host, and so stops after the server has answered its last query.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Last();
    }

    /// <summary>A host that was told to stop while it started only disposes of its services.</summary>
    public override void Dispose()
    {
        Last();
        base.Dispose();
    }

    /// <summary>The steps of a range until now; what was counted a moment ago is in them.</summary>
    public DnsFiguresView Figures(DnsRange range)
    {
        lock (_lock)
        {
            CountLocked();
            return View(range, _figures.Tables[(int)range], _time.GetUtcNow().ToUnixTimeSeconds());
        }
    }

    /// <returns>Null when queries are not kept.</returns>
    public IReadOnlyList<DnsQueryView>? Queries(QuerySearch search, int limit, CancellationToken cancellationToken)
    {
        if (_queries is null)
            return null;
        _journal.HandOver();
        return _queries.Search(search, limit, cancellationToken);
    }

    /// <returns>Null when queries are not kept.</returns>
    public DnsTopView? Top(DnsRange range, int most, CancellationToken cancellationToken)
    {
        if (_queries is null)
            return null;
        _journal.HandOver();
        return _queries.Top(range switch { DnsRange.Hour => 1, DnsRange.Day => 24, _ => 7 * 24 }, most, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Level == DnsHistoryLevel.Off)
            return;
        while (true)
        {
            // At the end of each minute, so that a step has what was asked in it.
            var passed = TimeSpan.FromTicks(_time.GetUtcNow().Ticks % Interval.Ticks);
            await Task.Delay(Interval - passed, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            Keep(isLast: false);
        }
    }

    private DnsFiguresView View(DnsRange range, FigureTable table, long now)
    {
        var length = range switch { DnsRange.Hour => 3600, DnsRange.Day => 86_400, _ => 7 * 86_400 };
        var from = FigureBook.FloorTo(now, table.Step) + table.Step - length;
        var steps = table.Steps.Where(step => step.Start >= from && step.Start <= now && step.Seconds > 0).ToList();
        long Sum(int what) => steps.Sum(step => (long)step.Counts[what]);
        return new DnsFiguresView
        {
            From = from,
            To = now,
            StepSeconds = table.Step,
            Steps = [.. steps.Select(step => step.ToView())],
            Queries = Sum(DnsCounts.Queries),
            Local = Sum(DnsCounts.Local),
            Cached = Sum(DnsCounts.Cached),
            Forwarded = Sum(DnsCounts.Forwarded),
            Blocked = Sum(DnsCounts.Blocked),
            Failed = Sum(DnsCounts.Failed),
            Latency = [.. DnsCounts.Bounds.ToArray().Select((bound, i) => new DnsLatencyView(bound, Sum(DnsCounts.Durations + i)))],
            Kept = _options.Level.ToString().ToLowerInvariant(),
            QueryHours = _options.KeepsQueries ? _options.Hours : 0,
            LeftOut = LeftOut,
        };
    }

    private void Last()
    {
        if (_before.Length > 0 && !Interlocked.Exchange(ref _isOver, true))
            Keep(isLast: true);
    }

    private void Open()
    {
        if (_options.Level == DnsHistoryLevel.Off)
        {
            QueryBook.Forget(_directory);
            _file.Delete();
            return;
        }

        if (_queries is null)
            QueryBook.Forget(_directory);
        else
            _queries.Open();
        if (_file.Read(content => FigureCoding.Read(content)) is { } kept)
            _figures = kept;
    }

    private void Keep(bool isLast)
    {
        if (_options.Level == DnsHistoryLevel.Off)
            return;
        // One at a time: the last one of a stop and that of a minute may meet.
        lock (_writing)
        {
            _journal.HandOver();
            byte[]? content = null;
            lock (_lock)
            {
                CountLocked(isLast);
                if (_isUnwritten || isLast)
                    content = FigureCoding.Write(_figures);
                _isUnwritten = false;
            }

            _queries?.Flush();
            if (content is not null && !_file.Write(content))
            {
                lock (_lock)
                    _isUnwritten = true;
            }

            if (LeftOut is var leftOut && leftOut > _toldLeftOut)
            {
                if (_toldLeftOut == 0)
                    LogLeftOut(leftOut);
                _toldLeftOut = leftOut;
            }
        }
    }

    /// <param name="isLast">What came in less than a second counts too: no later count will have it.</param>
    private void CountLocked(bool isLast = false)
    {
        var seconds = Math.Max(isLast ? 1 : 0, (long)_time.GetElapsedTime(_countedAt).TotalSeconds);
        if (seconds == 0 || _before.Length == 0)
            return;
        var now = _journal.Count().Values;
        var counts = new long[now.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = Math.Max(0, now[i] - _before[i]);
        _before = now;
        _countedAt += seconds * _time.TimestampFrequency;
        _figures.Add(_time.GetUtcNow(), seconds, counts);
        _isUnwritten |= counts.AsSpan().ContainsAnyExcept(0);
    }

    [LoggerMessage(LogLevel.Error, "DNS history {Path}: what was kept cannot be used: {Reason}. Names are still answered.")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "DNS history: {Count} queries came too fast to be kept one by one; all are in the figures. This is not said again.")]
    private partial void LogLeftOut(long count);
}
