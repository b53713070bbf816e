using System.Collections.Concurrent;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>
/// Reads CPU and memory of every running server, but only while that is watched: a page, <c>ls --watch</c>, or a request within the
/// last seconds. Otherwise it waits without a timer. CPU is the difference of two readings.
/// </summary>
public sealed class UsagePoller(IServerEngine engine, ServerDirectory directory, Feed feed, TimeProvider time) : BackgroundService
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, (long At, ulong Cpu)> _last = new();
    private readonly ConcurrentDictionary<string, UsageView> _newest = new();
    private readonly SemaphoreSlim _looking = new(0, 1);
    private readonly Lock _lock = new();
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
        var running = directory.Running;
        var views = new ConcurrentBag<UsageView>();
        await Parallel.ForEachAsync(running, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (container, token) =>
        {
            if (await engine.UsageAsync(container.Id, token) is { } reading)
            {
                var now = time.GetTimestamp();
                var cpu = _last.TryGetValue(container.Id, out var last) && reading.CpuNanoseconds >= last.Cpu
                    ? (reading.CpuNanoseconds - last.Cpu) / Math.Max(1, time.GetElapsedTime(last.At, now).TotalNanoseconds) * 100
                    : 0;
                _last[container.Id] = (now, reading.CpuNanoseconds);
                var view = new UsageView(container.Name, Math.Round(cpu, 1), reading.MemoryBytes, reading.MemoryLimit);
                _newest[container.Name] = view;
                views.Add(view);
            }
        });
        if (!views.IsEmpty)
            feed.Tell(new FeedItem("usage", views.OrderBy(v => v.Name, StringComparer.Ordinal).ToList()));

        var ids = running.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var names = running.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var id in _last.Keys.Where(id => !ids.Contains(id)))
            _last.TryRemove(id, out _);

        foreach (var name in _newest.Keys.Where(n => !names.Contains(n)))
            _newest.TryRemove(name, out _);
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
