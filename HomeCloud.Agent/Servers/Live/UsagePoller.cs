using System.Collections.Concurrent;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>Reads CPU and memory of every running server, but only while somebody looks. CPU is the difference of two readings.</summary>
public sealed class UsagePoller(IServerEngine engine, ServerDirectory directory, Feed feed, TimeProvider time) : BackgroundService
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<string, (long At, ulong Cpu)> _last = new();
    private readonly ConcurrentDictionary<string, UsageView> _newest = new();
    private long _wantedUntil;

    /// <summary>The newest figures, or null; asking keeps the reading going for a while.</summary>
    public UsageView? Find(string name)
    {
        Interlocked.Exchange(ref _wantedUntil, Environment.TickCount64 + 10_000);
        return _newest.GetValueOrDefault(name);
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
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (feed.Listeners > 0 || Interlocked.Read(ref _wantedUntil) > Environment.TickCount64)
                await PollAsync(stoppingToken);
        }
    }
}
