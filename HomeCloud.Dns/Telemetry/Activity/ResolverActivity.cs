using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.Activity;

/// <summary>
/// Keeps the last queries and the most frequent names and clients, in bounded memory. While nobody looks, it counts once in ten
/// seconds, and shares what it counted evenly among them.
/// </summary>
internal sealed class ResolverActivity(QueryObserver observer, QueryFeed feed, TimeProvider time, ILogger<ResolverActivity> logger) : OptionalService(logger, time), IResolverActivity, IQuerySink
{
    private const int Seconds = 600;
    private const int MostRecent = 500;
    private const int MostTracked = 512;
    private const int MostShown = 20;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongTick = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Attention = TimeSpan.FromMinutes(5);

    private static readonly Task Forever = new TaskCompletionSource().Task;

    private readonly Lock _lock = new();
    private readonly Queue<Second> _perSecond = new(Seconds);
    private readonly Queue<SeenQuery> _recent = new(MostRecent);
    private readonly TopCounter<string> _names = new(MostTracked);
    private readonly TopCounter<string> _clients = new(MostTracked);
    private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Second _before;
    private long _countedAt;
    private long _lastLook;
    private bool _watching;

    protected override string Part => "query statistics";

    public ActivitySnapshot Look()
    {
        lock (_lock)
        {
            _lastLook = Time.GetTimestamp();
            if (!_watching)
            {
                _watching = true;
                feed.Attach(this);
                Count();
                _looked.TrySetResult();
            }

            return new ActivitySnapshot(
                Received(),
                [.. _perSecond.Select(second => second.Received)],
                Answers(AnswerSource.Local),
                Answers(AnswerSource.Immediate),
                Answers(AnswerSource.Forwarded),
                _names.Top(MostShown),
                _clients.Top(MostShown),
                [.. _recent.Reverse()])
            {
                ForwardedPerSecond = [.. _perSecond.Select(second => second.Forwarded)],
                FailedPerSecond = [.. _perSecond.Select(second => second.Failed)],
                Failed = Failures(),
            };
        }
    }

    public void Accept(in QueryRecord record)
    {
        var seen = SeenQuery.From(record);
        lock (_lock)
        {
            if (_recent.Count == MostRecent)
                _recent.Dequeue();
            _recent.Enqueue(seen);
            _names.Add(seen.Name.ToLowerInvariant());
            _clients.Add(seen.Client.ToString());
        }
    }

    public void EndOfBatch()
    {
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        lock (_lock)
            (_before, _countedAt) = (Now(), Time.GetTimestamp());
        while (!stoppingToken.IsCancellationRequested)
        {
            Task looked;
            TimeSpan pause;
            lock (_lock)
            {
                if (!_watching && _looked.Task.IsCompleted)
                    _looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                (looked, pause) = _watching ? (Forever, Tick) : (_looked.Task, LongTick);
            }

            await looked.WaitAsync(pause, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_lock)
            {
                Count();
                if (_watching && Time.GetElapsedTime(_lastLook) > Attention)
                    LookAway();
            }
        }
    }

    /// <summary>Adds the whole seconds since the last count.</summary>
    private void Count()
    {
        // Before the start, and when a service began anew, there is nothing to compare with.
        var seconds = _countedAt == 0 ? 0 : (long)Time.GetElapsedTime(_countedAt).TotalSeconds;
        if (seconds == 0)
            return;
        var now = Now();
        for (var i = Math.Max(0, seconds - Seconds); i < seconds; i++)
        {
            if (_perSecond.Count == Seconds)
                _perSecond.Dequeue();
            _perSecond.Enqueue(new Second(
                Share(now.Received - _before.Received, i, seconds), Share(now.Forwarded - _before.Forwarded, i, seconds), Share(now.Failed - _before.Failed, i, seconds)));
        }

        _before = now;
        _countedAt += seconds * Time.TimestampFrequency;
    }

    private static long Share(long total, long index, long parts) => total * (index + 1) / parts - total * index / parts;

    private void LookAway()
    {
        _watching = false;
        feed.Detach(this);
        _recent.Clear();
        _names.Clear();
        _clients.Clear();
    }

    private Second Now() => new(Received(), Answers(AnswerSource.Forwarded), Failures());

    private long Failures() =>
        observer.Counters.Answers(ResponseCode.ServerFailure, AnswerSource.Immediate) + observer.Counters.Answers(ResponseCode.ServerFailure, AnswerSource.Forwarded);

    private long Received() =>
        observer.Counters.Queries(QueryTransport.Udp) + observer.Counters.Queries(QueryTransport.Tcp) + observer.Counters.Queries(QueryTransport.Tls) + observer.Counters.Queries(QueryTransport.Https);

    private long Answers(AnswerSource source)
    {
        long sum = 0;
        for (var code = 0; code < QueryCounters.ResponseCodes; code++)
            sum += observer.Counters.Answers((ResponseCode)code, source);
        return sum;
    }

    private readonly record struct Second(long Received, long Forwarded, long Failed);
}
