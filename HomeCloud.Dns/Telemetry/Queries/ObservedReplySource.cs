using System.Diagnostics;
using HomeCloud.Dns.Serving;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>One a thread. Wraps the reply path of a query that is deferred, so that its late answer is counted and timed.</summary>
internal sealed class ObservedReplySource : IReplySource
{
    private QueryObserver? _observer;
    private IReplySource? _inner;
    private ClientAddress _client;
    private QueryTransport _transport;

    public void Begin(QueryObserver observer, scoped in QueryContext context)
    {
        _observer = observer;
        _inner = context.Replies;
        _client = context.Client;
        _transport = context.Transport;
    }

    public IReplyPath CaptureReplyPath()
    {
        var path = ObservedReplyPath.Rent();
        path.Begin(_observer!, _inner!.CaptureReplyPath(), _client, _transport, Stopwatch.GetTimestamp());
        return path;
    }
}
