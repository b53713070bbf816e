using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;

namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>Asks the upstreams of a group one after another, each a measured while after the one before, until one gives a usable answer.</summary>
internal static class UpstreamRace
{
    private static readonly TimeSpan LimitWhenAllDown = TimeSpan.FromMilliseconds(1_200);

    /// <returns>The usable answer, else the most telling failure.</returns>
    public static async Task<UpstreamReply> RunAsync(UpstreamGroup group, CacheQuestion question, RebindPolicy rebind, TimeSpan limit, TimeProvider time, Upstream? last, CancellationToken cancellation)
    {
        var plan = group.Plan(last, question.IsJudged);
        if (plan.Order.Length == 0)
            return new UpstreamReply(null, ExchangeStatus.Unreachable, default, NobodyText(group), 0);
        if (plan.AllDown && limit > LimitWhenAllDown)
            limit = LimitWhenAllDown;
        var started = time.GetTimestamp();
        var running = new List<Task<UpstreamReply>>(plan.Attempts);
        var best = new UpstreamReply(null, ExchangeStatus.TimedOut, default, null, 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            for (var next = 0; ;)
            {
                var remaining = limit - time.GetElapsedTime(started);
                if (remaining <= TimeSpan.Zero)
                    return best;
                if (next < plan.Attempts)
                    running.Add(plan[next].AskAsync(question, rebind, stop.Token));
                else if (running.Count == 0)
                    return best;

                var wait = next < plan.Attempts - 1 && plan.DelayAfter(next) < remaining ? plan.DelayAfter(next) : remaining;
                next++;
                while (running.Count > 0 && await FirstAsync(running, wait, started, time, cancellation) is { } finished)
                {
                    running.Remove(finished);
                    var reply = await finished;
                    if (reply.IsFinal)
                        return reply;
                    if (IsMoreTelling(reply, best))
                        best = reply;
                    if (next < plan.Attempts)
                        break;
                    wait = limit - time.GetElapsedTime(started);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <returns>Null when the wait was over first.</returns>
    private static async Task<Task<UpstreamReply>?> FirstAsync(List<Task<UpstreamReply>> running, TimeSpan wait, long started, TimeProvider time, CancellationToken cancellation)
    {
        if (wait <= TimeSpan.Zero)
            return null;

        // Almost always there is one, and it answers in time.
        if (running is [var only])
        {
            await ((Task)only).WaitAsync(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            return only.IsCompleted ? only : null;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var delay = Task.Delay(wait, time, timer.Token);
        var first = await Task.WhenAny([.. running, delay]);
        await timer.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return first as Task<UpstreamReply>;
    }

    private static string NobodyText(UpstreamGroup group) => group.Upstreams.Count == 0
        ? "no upstream is known; set one with --upstream"
        : $"{string.Join(", ", group.Upstreams.Select(upstream => upstream.Address.Text))} sends our queries back to us; set another --upstream";

    private static bool IsMoreTelling(in UpstreamReply reply, in UpstreamReply best) => Rank(reply) > Rank(best);

    // An answer of any kind beats a closed port, which beats silence.
    private static int Rank(in UpstreamReply reply) => reply.Status switch
    {
        ExchangeStatus.Answered when reply.Response.Verdict == ResponseVerdict.Failure => 3,
        ExchangeStatus.Answered => 2,
        ExchangeStatus.Unreachable => 1,
        _ => 0,
    };
}
