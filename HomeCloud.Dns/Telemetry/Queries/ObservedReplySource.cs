using System.Diagnostics;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>One a thread. Wraps the reply path of a query that is deferred, so that its late answer is counted and timed.</summary>
internal sealed class ObservedReplySource : IReplySource
{
    private QueryObserver? _observer;
    private IReplySource? _inner;
    private ClientAddress _client;
    private QueryTransport _transport;
    private string? _blockedBy;
    private Security _verdict;

    public void Begin(QueryObserver observer, scoped in QueryContext context)
    {
        // A worker brings the same two each time, and to write a reference costs more than to look at it.
        if (_observer != observer)
            _observer = observer;
        if (_inner != context.Replies)
            _inner = context.Replies;
        if (_blockedBy is not null)
            _blockedBy = null;
        _verdict = Security.Unchecked;
        _client = context.Client;
        _transport = context.Transport;
    }

    /// <summary>The block list that decided the answer; null: none.</summary>
    public string? BlockedBy => _blockedBy;

    /// <summary>What validation found.</summary>
    public Security Verdict => _verdict;

    public void Blocked(string list) => _blockedBy = list;

    public void Judged(Security verdict) => _verdict = verdict;

    public IReplyPath CaptureReplyPath()
    {
        var path = ObservedReplyPath.Rent();
        path.Begin(_observer!, _inner!.CaptureReplyPath(), _client, _transport, Stopwatch.GetTimestamp());
        return path;
    }
}
