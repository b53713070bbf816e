using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>
/// Takes records from the ring a few times a second and hands them to whoever follows. The ring exists only while somebody
/// does: with no sink, a query costs one read of a field.
/// </summary>
internal sealed class QueryFeed(QueryObserver observer, TimeProvider time) : BackgroundService
{
    private const int Capacity = 8192;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _attached = new(0);
    private ImmutableArray<IQuerySink> _sinks = [];

    public void Attach(IQuerySink sink)
    {
        lock (_lock)
        {
            _sinks = _sinks.Add(sink);
            observer.Ring ??= new QueryRing(Capacity);
        }

        _attached.Release();
    }

    public void Detach(IQuerySink sink)
    {
        lock (_lock)
        {
            _sinks = _sinks.Remove(sink);
            if (_sinks.IsEmpty)
                observer.Ring = null;
        }
    }

    /// <summary>Hands over what is in the ring now.</summary>
    internal void Drain()
    {
        if (observer.Ring is not { } ring)
            return;
        var sinks = _sinks;
        // Bounded, so that sinks get their end of batch even while workers fill faster than this drains.
        for (var i = 0; i < Capacity && ring.TryRead(out var record); i++)
        {
            foreach (var sink in sinks)
                sink.Accept(record);
        }

        foreach (var sink in sinks)
            sink.EndOfBatch();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (observer.Ring is null)
                    await _attached.WaitAsync(stoppingToken);
                Drain();
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            Drain();
        }
    }

    public override void Dispose()
    {
        _attached.Dispose();
        base.Dispose();
    }
}
