using HomeCloud.Agent.Servers.Live;
using HomeCloud.Registry.Figures;

namespace HomeCloud.Agent.Servers.Figures;

/// <summary>
/// Keeps what each server uses, also while no page is open: one reading a minute. It is written every ten minutes and at a stop; a
/// kill or a power cut loses what came after.
/// </summary>
public sealed class UsageHistory(ServersOptions options, UsageReader reader, ServerDirectory directory, TimeProvider time, ILogger<UsageHistory> logger) : BackgroundService
{
    /// <summary>More than any home has; what nobody used for longest goes first.</summary>
    internal const int MostServers = 1000;

    private const int MinutesUnwritten = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Readings further apart than this and two rounds of them tell nothing of the minutes between: the agent or the machine was not there.</summary>
    private static readonly TimeSpan FurthestApart = TimeSpan.FromSeconds(150);
    private readonly Dictionary<string, ServerUsage> _last = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly FigureFile _file = new("Usage history", Path.Combine(options.DataDirectory, "usage.bin"), UsageCoding.LargestFile, time, logger);
    private Dictionary<string, UsageSeries> _series = new(StringComparer.Ordinal);
    private TimeSpan _round;
    private int _unwritten;

    /// <returns>Null when nothing is kept.</returns>
    public UsageFiguresView? Figures(string name, UsageRange range)
    {
        if (!options.UsageHistory)
            return null;
        lock (_lock)
            return UsageFiguresView.Of(range, _series.GetValueOrDefault(name), time.GetUtcNow());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not in the way of the start.
        await Task.Yield();
        Open();
        if (!options.UsageHistory)
            return;
        while (true)
        {
            // At the end of each minute, when the DNS figures wake the process too.
            var passed = TimeSpan.FromTicks(time.GetUtcNow().Ticks % Interval.Ticks);
            await Task.Delay(Interval - passed, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
                await ReadAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_unwritten >= (stoppingToken.IsCancellationRequested ? 1 : MinutesUnwritten))
                Write();
            if (stoppingToken.IsCancellationRequested)
                return;
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        // The minute that ends now, however long the engine takes to say what was used in it.
        var (now, begun) = (time.GetUtcNow().ToUnixTimeSeconds(), time.GetTimestamp());
        var read = await reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            foreach (var usage in read)
                Add(usage, now);
            foreach (var id in _last.Keys.Except(read.Select(usage => usage.Container.Id)).ToList())
                _last.Remove(id);
            _round = time.GetElapsedTime(begun);
            if (read.Count > 0)
                _unwritten++;
        }
    }

    private void Add(ServerUsage usage, long now)
    {
        var (id, name) = (usage.Container.Id, usage.Container.Name);
        if (_last.TryGetValue(id, out var before))
        {
            if (before.Container.Name != name)
                Rename(before.Container.Name, name);
            if (Span(before, usage) is { } span)
                SeriesOf(name).Add(now - 1, span, now);
        }

        _last[id] = usage;
    }

    /// <returns>Null when the two readings cannot be compared.</returns>
    private UsageSpan? Span(ServerUsage before, ServerUsage after)
    {
        var elapsed = time.GetElapsedTime(before.At, after.At);
        var (first, second) = (before.Reading, after.Reading);
        // The counters of a container begin anew when it does.
        if (elapsed > FurthestApart + (2 * _round) || elapsed < TimeSpan.FromSeconds(1) || second.CpuNanoseconds < first.CpuNanoseconds)
            return null;
        return new UsageSpan(
            (int)Math.Round(elapsed.TotalSeconds),
            (second.CpuNanoseconds - first.CpuNanoseconds) / 1e9,
            second.MemoryBytes,
            Math.Max(0, second.ReceivedBytes - first.ReceivedBytes),
            Math.Max(0, second.SentBytes - first.SentBytes));
    }

    /// <summary>A server takes its figures along, unless another one has its old name by now.</summary>
    private void Rename(string before, string name)
    {
        if (!directory.Servers.ContainsKey(before) && _series.Remove(before, out var series))
            _series[name] = series;
    }

    private UsageSeries SeriesOf(string name)
    {
        if (_series.TryGetValue(name, out var series))
            return series;
        if (_series.Count >= MostServers)
            _series.Remove(_series.MinBy(pair => pair.Value.Newest).Key);
        return _series[name] = new UsageSeries();
    }

    private void Open()
    {
        if (!options.UsageHistory)
        {
            _file.Delete();
        }
        else if (_file.Read(content => UsageCoding.Read(content)) is { } kept)
        {
            lock (_lock)
                _series = kept;
        }
    }

    private void Write()
    {
        byte[] content;
        lock (_lock)
        {
            // A server that is gone, and did not run for a week, has nothing left to show. A clock that is wrong removes none that is there.
            var oldest = time.GetUtcNow().ToUnixTimeSeconds() - (7 * 86_400);
            foreach (var (name, series) in _series)
            {
                if (series.Newest < oldest && !directory.Servers.ContainsKey(name))
                    _series.Remove(name);
            }

            content = UsageCoding.Write(_series);
            _unwritten = 0;
        }

        _file.Write(content);
    }
}
