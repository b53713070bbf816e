using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>
/// Takes records from the ring a few times a second and hands them to the followers. The ring exists only while one
/// does: with no sink, a query costs one read of a field.
/// </summary>
internal sealed partial class QueryFeed(QueryObserver observer, TimeProvider time, ILogger<QueryFeed> logger) : OptionalService(logger, time)
{
    private const int Capacity = 8192;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _attached = new(0);
    private readonly HashSet<(Type Sink, Type Problem)> _told = [];
    private ImmutableArray<IQuerySink> _sinks = [];

    protected override string Part => "query feed";

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
                Give(sink, record);
        }

        foreach (var sink in sinks)
            EndBatch(sink);
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (observer.Ring is null)
                await _attached.WaitAsync(stoppingToken);
            Drain();
            await Task.Delay(Pause, Time, stoppingToken);
        }
    }

    /// <summary>Hands over what is left, also when a busy machine ends before <see cref="RunAsync"/> had its first turn.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Drain();
    }

    private void Give(IQuerySink sink, in QueryRecord record)
    {
        try
        {
            sink.Accept(record);
        }
        catch (Exception bug)
        {
            Tell(sink, bug);
        }
    }

    private void EndBatch(IQuerySink sink)
    {
        try
        {
            sink.EndOfBatch();
        }
        catch (Exception bug)
        {
            Tell(sink, bug);
        }
    }

    // One who follows must not end the others. Said once for each kind of problem.
    private void Tell(IQuerySink sink, Exception bug)
    {
        if (_told.Add((sink.GetType(), bug.GetType())))
            LogSinkFailed(sink.GetType().Name, bug);
    }

    public override void Dispose()
    {
        _attached.Dispose();
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Error, "Query feed: {Sink} failed on a query; the other receivers continue. Internal error; please report it.")]
    private partial void LogSinkFailed(string sink, Exception bug);
}

/// <summary>Receives single queries, away from the workers. Called by one thread.</summary>
internal interface IQuerySink
{
    void Accept(in QueryRecord record);

    /// <summary>The ring is empty for now: a good moment to write what was collected.</summary>
    void EndOfBatch();
}
