using System.Collections.Concurrent;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>A reply path that tells the observer what it carried. Pooled: used once, then returned.</summary>
internal sealed class ObservedReplyPath : IReplyPath
{
    private const int MostPooled = 1024;

    private static readonly ConcurrentQueue<ObservedReplyPath> Pool = new();

    private QueryObserver? _observer;
    private IReplyPath? _inner;
    private ClientAddress _client;
    private QueryTransport _transport;
    private long _started;
    private string? _blockedBy;
    private Security _verdict;

    public static ObservedReplyPath Rent() => Pool.TryDequeue(out var path) ? path : new ObservedReplyPath();

    public void Begin(QueryObserver observer, IReplyPath inner, ClientAddress client, QueryTransport transport, long started)
    {
        _observer = observer;
        _inner = inner;
        _client = client;
        _transport = transport;
        _started = started;
        _blockedBy = null;
        _verdict = Security.Unchecked;
    }

    public void Send(ReadOnlySpan<byte> response)
    {
        var (observer, inner) = (_observer!, _inner!);
        inner.Send(response);
        observer.AnsweredLate(response, _client, _transport, _started, _blockedBy, _verdict);
        Return();
    }

    public void Blocked(string list) => _blockedBy = list;

    public void Judged(Security verdict) => _verdict = verdict;

    public void Abandon()
    {
        var (observer, inner) = (_observer!, _inner!);
        inner.Abandon();
        observer.Counters.CountDropped();
        Return();
    }

    private void Return()
    {
        _observer = null;
        _inner = null;
        if (Pool.Count < MostPooled)
            Pool.Enqueue(this);
    }
}
