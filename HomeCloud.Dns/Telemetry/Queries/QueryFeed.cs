using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>
/// Takes records from the ring a few times a second and hands them to the followers. The ring exists only while one
/// does: with no sink, a query costs one read of a field. While all of them are patient, nothing wakes but a ring that fills.
/// </summary>
internal sealed partial class QueryFeed(QueryObserver observer, TimeProvider time, ILogger<QueryFeed> logger) : OptionalService(logger, time)
{
    private const int Capacity = 8192;

    /// <summary>For the patient alone, who lose queries of a flood rather than hold memory for it: 640 KB.</summary>
    private const int PatientCapacity = 2048;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The shortest time between two turns for the patient: what a flood may cost.</summary>
    private static readonly TimeSpan PatientPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Lock _draining = new();
    private readonly ConcurrentQueue<QueryRing> _exchanged = [];
    private readonly HashSet<(Type Sink, Type Problem)> _told = [];
    private ImmutableArray<IQuerySink> _sinks = [];
    private TaskCompletionSource _called = NewCall();

    protected override string Part => "query feed";

    public void Attach(IQuerySink sink)
    {
        lock (_lock)
            Follow(_sinks.Add(sink));

        Call();
    }

    public void Detach(IQuerySink sink)
    {
        lock (_lock)
            Follow(_sinks.Remove(sink));
    }

    /// <summary>Hands over what is in the ring now.</summary>
    internal void Drain()
    {
        // The journal drains too, when a page asks for the newest.
        lock (_draining)
        {
            var sinks = _sinks;
            while (_exchanged.TryDequeue(out var old))
                Drain(old, sinks);
            if (observer.Ring is { } ring)
                Drain(ring, sinks);
            foreach (var sink in sinks)
                EndBatch(sink);
        }
    }

    private void Drain(QueryRing ring, ImmutableArray<IQuerySink> sinks)
    {
        // Bounded, so that sinks get their end of batch even while workers fill faster than this drains.
        for (var i = 0; i < ring.Capacity && ring.TryRead(out var record); i++)
        {
            foreach (var sink in sinks)
                Give(sink, record);
        }
    }

    /// <summary>The ring is as large as its followers need. Sinks come and go while they hold locks of their own: nothing is drained here.</summary>
    private void Follow(ImmutableArray<IQuerySink> sinks)
    {
        _sinks = sinks;
        var wanted = sinks.IsEmpty ? 0 : sinks.All(sink => sink.IsPatient) ? PatientCapacity : Capacity;
        if (observer.Ring is { } before)
        {
            if (before.Capacity == wanted)
                return;
            if (wanted > 0)
                _exchanged.Enqueue(before);
        }

        observer.Ring = wanted == 0 ? null : new QueryRing(wanted, Call);
    }

    private void Call() => Volatile.Read(ref _called).TrySetResult();

    private static TaskCompletionSource NewCall() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var call = Volatile.Read(ref _called);
            Drain();
            if (_sinks.All(sink => sink.IsPatient))
            {
                await call.Task.WaitAsync(stoppingToken);
                Interlocked.CompareExchange(ref _called, NewCall(), call);
                Drain();
                if (!_sinks.IsEmpty && _sinks.All(sink => sink.IsPatient))
                    await Task.Delay(PatientPause, Time, stoppingToken);
            }
            else
            {
                await Task.Delay(Pause, Time, stoppingToken);
            }
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

    [LoggerMessage(LogLevel.Error, "Query feed: {Sink} failed on a query; the other receivers continue. Internal error; please report it.")]
    private partial void LogSinkFailed(string sink, Exception bug);
}

/// <summary>Receives single queries, away from the workers. Called by one thread at a time.</summary>
internal interface IQuerySink
{
    /// <summary>It need not see a query soon: it asks the feed when it wants what there is.</summary>
    bool IsPatient => false;

    void Accept(in QueryRecord record);

    /// <summary>The ring is empty for now: a good moment to write what was collected.</summary>
    void EndOfBatch();
}
