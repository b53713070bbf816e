using System.Collections.Concurrent;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>
/// Reads CPU and memory of every running server, but only while that is watched: a page, <c>ls --watch</c>, or a request within the
/// last seconds. Otherwise it waits without a timer. CPU is the difference of two readings.
/// </summary>
public sealed class UsagePoller(UsageReader reader, Feed feed, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, UsageView> _newest = new();
    private readonly SemaphoreSlim _looking = new(0, 1);
    private readonly Lock _lock = new();
    private Dictionary<string, ServerUsage> _last = [];
    private long? _asked;

    /// <summary>The newest figures, or null; asking keeps the reading going for a while.</summary>
    public UsageView? Find(string name)
    {
        lock (_lock)
            _asked = time.GetTimestamp();
        Wake();
        return _newest.GetValueOrDefault(name);
    }

    public override void Dispose()
    {
        feed.Joined -= Wake;
        _looking.Dispose();
        base.Dispose();
    }

    /// <summary>Reads everything once.</summary>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(cancellationToken);
        foreach (var name in _newest.Keys.Except(read.Select(usage => usage.Container.Name)))
            _newest.TryRemove(name, out _);
        foreach (var usage in read)
            _newest[usage.Container.Name] = View(usage);
        _last = read.ToDictionary(usage => usage.Container.Id, StringComparer.Ordinal);
        if (read.Count > 0)
            feed.Tell(new FeedItem("usage", _newest.Values.OrderBy(v => v.Name, StringComparer.Ordinal).ToList()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        feed.Joined += Wake;
        while (true)
        {
            if (!IsWatched)
            {
                // What was read long ago is no figure of now.
                _newest.Clear();
                await _looking.WaitAsync(stoppingToken);
                continue;
            }

            await PollAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private UsageView View(ServerUsage usage)
    {
        var reading = usage.Reading;
        var cpu = _last.TryGetValue(usage.Container.Id, out var last) && reading.CpuNanoseconds >= last.Reading.CpuNanoseconds
            ? (reading.CpuNanoseconds - last.Reading.CpuNanoseconds) / Math.Max(1, time.GetElapsedTime(last.At, usage.At).TotalNanoseconds) * 100
            : 0;
        return new UsageView(usage.Container.Name, Math.Round(cpu, 1), reading.MemoryBytes, reading.MemoryLimit);
    }

    private bool IsWatched
    {
        get
        {
            lock (_lock)
                return feed.Listeners > 0 || (_asked is { } asked && time.GetElapsedTime(asked) < Attention);
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_looking.CurrentCount == 0)
                _looking.Release();
        }
    }
}
