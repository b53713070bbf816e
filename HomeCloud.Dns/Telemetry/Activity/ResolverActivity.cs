using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.Activity;

/// <summary>Keeps the last queries and the most frequent names and clients, in bounded memory.</summary>
internal sealed class ResolverActivity(QueryObserver observer, QueryFeed feed, TimeProvider time, ILogger<ResolverActivity> logger) : OptionalService(logger, time), IResolverActivity, IQuerySink
{
    private const int Seconds = 600;
    private const int MostRecent = 500;
    private const int MostTracked = 512;
    private const int MostShown = 20;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Attention = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Queue<Second> _perSecond = new(Seconds);
    private readonly Queue<SeenQuery> _recent = new(MostRecent);
    private readonly TopCounter<string> _names = new(MostTracked);
    private readonly TopCounter<string> _clients = new(MostTracked);
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
        var name = record.NameLength == 0 ? "-" : DnsName.ToText(record.Name);
        var client = record.Client.ToIPAddress();
        var seen = new SeenQuery(
            new DateTimeOffset(record.Time, TimeSpan.Zero),
            client,
            record.Transport switch { QueryTransport.Udp => "udp", QueryTransport.Tcp => "tcp", _ => "tls" },
            name,
            DnsText.Of(record.Type),
            DnsText.Of(record.ResponseCode),
            record.Source,
            record.Microseconds == 0 ? null : TimeSpan.FromMicroseconds(record.Microseconds));
        lock (_lock)
        {
            if (_recent.Count == MostRecent)
                _recent.Dequeue();
            _recent.Enqueue(seen);
            _names.Add(name.ToLowerInvariant());
            _clients.Add(client.ToString());
        }
    }

    public void EndOfBatch()
    {
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var before = Now();
        using var timer = new PeriodicTimer(Tick, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = Now();
                lock (_lock)
                {
                    if (_perSecond.Count == Seconds)
                        _perSecond.Dequeue();
                    _perSecond.Enqueue(new Second(now.Received - before.Received, now.Forwarded - before.Forwarded, now.Failed - before.Failed));
                    if (_watching && Time.GetElapsedTime(_lastLook) > Attention)
                        LookAway();
                }

                before = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

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
        observer.Counters.Queries(QueryTransport.Udp) + observer.Counters.Queries(QueryTransport.Tcp) + observer.Counters.Queries(QueryTransport.Tls);

    private long Answers(AnswerSource source)
    {
        long sum = 0;
        for (var code = 0; code < QueryCounters.ResponseCodes; code++)
            sum += observer.Counters.Answers((ResponseCode)code, source);
        return sum;
    }

    private readonly record struct Second(long Received, long Forwarded, long Failed);
}
