using System.Buffers;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Resolving;

/// <summary>Runs questions to the upstreams on the thread pool, and answers all who wait for them.</summary>
internal sealed class ForwardingRunner(
    AnswerCache cache,
    CachedResponseBuilder builder,
    Forwarder forwarder,
    ForwardingReply reply,
    ForwardingLimits limits,
    CacheCounters counters,
    BlockGate gate,
    BlockedReply blocked,
    TimeProvider time,
    Func<long> clock,
    ILogger<ForwardingRunner> log,
    ValidatedForwarding? validated = null) : IDisposable
{
    private readonly ForwardingFlights _flights = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Questions on their way.</summary>
    public int Asking => _flights.Count;

    public ForwardingAdmission Join(int hash, scoped in ParsedQuery query, QuestionVariant variant, in ReplyTerms terms, ReadOnlySpan<byte> message, CachedResponse? stale, IReplySource replies)
    {
        if (!limits.TryEnter(terms.Client))
            return stale is null ? ForwardingAdmission.Refused : ForwardingAdmission.AnswerStale;
        IReplyPath? path = null;
        var isWaiting = false;
        try
        {
            var question = message[MessageHeader.Size..query.QuestionEnd].ToArray();
            path = replies.CaptureReplyPath();
            isWaiting = _flights.TryJoin(hash, query, variant, new ForwardingWaiter(path, terms, question), mayBeLate: stale is null, out var created);
            if (created is not null)
                Start(created, stale);
            return isWaiting ? ForwardingAdmission.Waiting : ForwardingAdmission.AnswerStale;
        }
        finally
        {
            // Also when something threw: a path that nobody uses, or a place that nobody leaves, would be lost for ever.
            if (!isWaiting)
            {
                path?.Abandon();
                limits.Leave(terms.Client);
            }
        }
    }

    /// <summary>Fetches a popular answer anew while the old one still serves.</summary>
    public void StartRefresh(int hash, scoped in ParsedQuery query, QuestionVariant variant)
    {
        if (!_flights.TryJoin(hash, query, variant, null, mayBeLate: true, out var created) || created is null)
            return;
        counters.CountRefresh();
        Start(created, null);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    // The worker goes on to its next message at once.
    private void Start(ForwardingFlight flight, CachedResponse? stale) =>
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Runner.RunAsync(state.Flight, state.Stale), (Runner: this, Flight: flight, Stale: stale), preferLocal: false);

    private async Task RunAsync(ForwardingFlight flight, CachedResponse? stale)
    {
        CachedResponse response;
        try
        {
            await using var late = stale is null ? null : StartLateTimer(flight, stale);
            var (generation, validation) = (forwarder.Generation, validated?.Generation);
            var result = await (validated is null ? forwarder.ResolveAsync(flight.Question, _stop.Token) : validated.ResolveAsync(flight.Question, _stop.Token));
            response = Remember(flight.Question, result);

            // The upstream that was asked is not the one that would be asked now, or its answer would be validated; the cache has
            // been cleared of such answers already.
            if (forwarder.Generation != generation || (validated?.Generation != validation && validated!.Concerns(response)))
                Forget(flight.Question);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            response = builder.BuildFailure(flight.Question, [], clock(), remember: false);
        }
        catch (Exception bug)
        {
            ForwardingLog.ResolvingFailed(log, bug, flight.Question.ToString());
            response = builder.BuildFailure(flight.Question, [], clock(), remember: false);
        }

        Answer(flight.Question, _flights.Remove(flight), response);
    }

    private ITimer StartLateTimer(ForwardingFlight flight, CachedResponse stale) => time.CreateTimer(
        _ =>
        {
            stale.StartRecheck(clock() + (cache.Options.StaleRecheck * 1_000L));
            Answer(flight.Question, _flights.MarkLate(flight), stale);
        },
        null,
        TimeSpan.FromMilliseconds(cache.Options.StaleClientMilliseconds),
        Timeout.InfiniteTimeSpan);

    private CachedResponse Remember(CacheQuestion question, in ForwardResult result)
    {
        var now = clock();
        var response = result.Message.Length == 0
            ? builder.BuildFailure(question, result.Options, now, result.MayCache, result.Verdict)
            : builder.Build(question, result.Message, result.Code, result.Options, result.Age, now, result.DenialTtl, result.Verdict) ?? builder.BuildFailure(question, result.Options, now);
        // A forger must not end what is proven and still holds, by waiting for its refresh.
        if (result is { Outcome: ForwardOutcome.Bogus, Verdict: Security.Bogus } && cache.Peek(question) is { Verdict: Security.Secure } proven && proven.IsFresh(now))
            return proven;
        if (result.Outcome != ForwardOutcome.Failed)
        {
            cache.Store(response, question);
            return response;
        }

        // A failure must not push out an answer that can still serve (RFC 8767 §5).
        var known = cache.Peek(question);
        if (known is null || known.Kind == ResponseKind.Failure || now >= known.UselessAt)
        {
            cache.Store(response, question);
            return response;
        }

        known.StartRecheck(now + (cache.Options.StaleRecheck * 1_000L));
        known.EndRefresh();
        return known;
    }

    private void Forget(CacheQuestion question)
    {
        cache.Remove(question);
        cache.Remove(question.OfAnyType());
    }

    private void Answer(CacheQuestion question, List<ForwardingWaiter> waiters, CachedResponse response)
    {
        if (waiters.Count == 0)
            return;
        var now = clock();
        var isStale = response.Kind != ResponseKind.Failure && !response.IsFresh(now) && response.ExpiresAt > response.StoredAt;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(4096, response.MessageLength + 1024));
        foreach (var waiter in waiters)
        {
            var isSent = false;
            try
            {
                waiter.Question.CopyTo(buffer, MessageHeader.Size);
                var isBlocked = gate.Blocks(response, question.Name, question.Type, waiter.Terms.Client, out var block);
                if (isStale && !isBlocked)
                    counters.CountStaleHit();
                if (isBlocked)
                    waiter.Path.Blocked(block.Verdict.List!.Name);
                var length = isBlocked ? blocked.Write(buffer, question.QuestionEnd, question.Name, question.Type, waiter.Terms, block)
                    : isStale ? reply.WriteStale(buffer, response, waiter.Terms) : reply.Write(buffer, response, waiter.Terms, now, isFirst: true);

                if (response.Verdict != Security.Unchecked)
                    waiter.Path.Judged(response.Verdict);

                // Sending uses the path up, whatever comes of it.
                isSent = true;
                waiter.Path.Send(buffer.AsSpan(0, length));
            }
            catch (Exception bug)
            {
                if (!isSent)
                    waiter.Path.Abandon();
                ForwardingLog.ResolvingFailed(log, bug, response.Type.ToString());
            }
            finally
            {
                limits.Leave(waiter.Terms.Client);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}

/// <summary>Whether a query may wait for an answer from outside.</summary>
internal enum ForwardingAdmission
{
    Waiting,

    /// <summary>Not now, but there is an old answer: it goes out at once.</summary>
    AnswerStale,

    /// <summary>Too many wait already.</summary>
    Refused,
}
