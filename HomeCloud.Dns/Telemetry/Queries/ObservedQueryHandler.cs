using System.Diagnostics;
using HomeCloud.Dns.Serving;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>
/// Stands between the transport and the pipeline and counts what passes. Everything is read from the answer, which repeats
/// the question, so nothing is copied before it is known to be wanted. Allocates nothing on a hit.
/// </summary>
internal sealed class ObservedQueryHandler(IQueryHandler inner, QueryObserver observer) : IQueryHandler
{
    /// <summary>One answer in so many is timed: reading the clock twice for each would cost a local answer several percent.</summary>
    private const int TimedOneIn = 64;

    [ThreadStatic]
    private static ObservedReplySource? _replies;

    [ThreadStatic]
    private static uint _calls;

    public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
    {
        observer.Counters.CountQuery(context.Transport);
        var replies = _replies ??= new ObservedReplySource();
        replies.Begin(observer, context);
        var started = ++_calls % TimedOneIn == 0 ? Stopwatch.GetTimestamp() : 0;
        var observed = new QueryContext
        {
            Client = context.Client,
            Local = context.Local,
            Transport = context.Transport,
            NowMilliseconds = context.NowMilliseconds,
            Replies = replies,
        };

        var disposition = inner.Handle(buffer, queryLength, observed, out responseLength);

        if (disposition == Disposition.Answered)
            observer.Answered(buffer[..responseLength], context, started, replies.BlockedBy, replies.Verdict);
        else if (disposition == Disposition.Dropped)
            observer.Counters.CountDropped();
        return disposition;
    }
}
