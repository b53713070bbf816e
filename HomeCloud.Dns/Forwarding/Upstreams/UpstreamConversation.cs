using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>Asks one upstream one question in the way it copes with, and learns which way that is.</summary>
internal sealed class UpstreamConversation(Upstream upstream, QueryShape best, UpstreamChannel channel, TimeProvider time)
{
    /// <summary>UDP, then TCP for a cut answer, then without EDNS, and one to spare.</summary>
    private const int MaxExchanges = 4;

    /// <summary>For the TCP of an upstream that changes case: it may accept and say nothing, and the asker waits.</summary>
    private static readonly TimeSpan CasePatience = TimeSpan.FromMilliseconds(800);

    private readonly UpstreamTraits _traits = upstream.Traits;
    private readonly bool _isPlain = upstream.Address.Protocol == UpstreamProtocol.Plain;
    private readonly bool _isPadded = upstream.Address.Protocol is UpstreamProtocol.Tls or UpstreamProtocol.Https;

    /// <param name="question">What to ask.</param>
    /// <param name="rebind">Which addresses in the answer are dropped.</param>
    /// <param name="fresh">Over a connection opened for it, where it takes one.</param>
    /// <param name="cancellation">Ends it as timed out.</param>
    public async Task<UpstreamReply> RunAsync(CacheQuestion question, RebindPolicy rebind, bool fresh, CancellationToken cancellation)
    {
        var streamed = !_isPlain;
        var edns = question.IsJudged || _traits.Edns;
        var mixCase = best.MixCase && _traits.KeepsCase;
        var caseDiffered = false;
        var refusedEdns = false;
        UpstreamReply reply = default;
        for (var exchange = 0; exchange < MaxExchanges; exchange++)
        {
            var shape = new QueryShape(edns, best.UdpSize, mixCase && !streamed, _isPadded);
            ExchangeResult result;
            if (streamed)
                result = await AskStreamAsync(Write(question, shape), fresh, caseDiffered, cancellation);
            else
                (result, edns) = await AskUdpAsync(question, shape, cancellation);
            reply = Judge(result, question, rebind);
            switch (result.Status)
            {
                case ExchangeStatus.Truncated or ExchangeStatus.Flooded or ExchangeStatus.CaseDiffers:
                    caseDiffered |= result.Status == ExchangeStatus.CaseDiffers;
                    streamed = true;
                    continue;
                case ExchangeStatus.Unreachable or ExchangeStatus.TimedOut when caseDiffered && streamed && !cancellation.IsCancellationRequested:
                    // It changes case and has no TCP: then it must be asked as it is.
                    _traits.CountCaseChange();
                    (caseDiffered, streamed, mixCase) = (false, false, false);
                    continue;
                case ExchangeStatus.Answered when reply.Response.Verdict == ResponseVerdict.Malformed && !streamed:
                    streamed = true;
                    continue;
                case ExchangeStatus.Answered when edns && !question.IsJudged && RefusesEdns(reply.Response):
                    (edns, refusedEdns) = (false, true);
                    continue;
                case ExchangeStatus.Answered:
                    if (caseDiffered)
                        _traits.CountCaseChange();
                    if (refusedEdns && reply.IsUsable)
                        _traits.MarkNoEdns();
                    return reply;
                default:
                    return reply;
            }
        }

        return reply;
    }

    // RFC 6891 §7: FORMERR or NOTIMP from one that does not know EDNS; BADVERS from one that knows only a later version.
    private static bool RefusesEdns(in InspectedResponse response) => response.Verdict == ResponseVerdict.Failure
        && (response.Code == ResponseCode.BadVersion || (response.Code is ResponseCode.FormatError or ResponseCode.NotImplemented && !response.HasEdns));

    private static ReadOnlyMemory<byte> Write(CacheQuestion question, in QueryShape shape)
    {
        var buffer = new byte[QueryWriter.MaxSize];
        return buffer.AsMemory(0, QueryWriter.Write(buffer, question, QueryWriter.RandomId(), shape));
    }

    private async ValueTask<ExchangeResult> AskStreamAsync(ReadOnlyMemory<byte> query, bool fresh, bool caseDiffered, CancellationToken cancellation)
    {
        if (!caseDiffered)
            return await channel.ExchangeAsync(query, fresh, cancellation);
        using var patience = new CancellationTokenSource(CasePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        return await channel.ExchangeAsync(query, fresh, either.Token);
    }

    /// <returns>The result, and whether the query that it answers had an OPT record.</returns>
    private async Task<(ExchangeResult Result, bool Edns)> AskUdpAsync(CacheQuestion question, QueryShape shape, CancellationToken cancellation)
    {
        var endPoint = upstream.Address.EndPoint!;
        if (!shape.Edns || question.IsJudged || !_traits.MayDropEdns)
        {
            var only = await UdpExchange.RunAsync(endPoint, Write(question, shape), shape.MixCase, cancellation);
            if (shape.Edns)
                Learn(only, question, answersEdns: true);
            return (only, shape.Edns);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var withEdns = UdpExchange.RunAsync(endPoint, Write(question, shape), shape.MixCase, stop.Token).AsTask();
        Task<ExchangeResult>? without = null;
        await Task.WhenAny(withEdns, Task.Delay(EdnsPatience(), time, stop.Token));
        if (!withEdns.IsCompleted && !cancellation.IsCancellationRequested)
            without = UdpExchange.RunAsync(endPoint, Write(question, shape with { Edns = false }), shape.MixCase, stop.Token).AsTask();

        var first = without is null ? withEdns : await Task.WhenAny(withEdns, without);
        var result = await first;
        await stop.CancelAsync();
        var answersEdns = ReferenceEquals(first, withEdns);
        Learn(result, question, answersEdns);
        return (result, answersEdns);
    }

    private void Learn(in ExchangeResult result, CacheQuestion question, bool answersEdns)
    {
        if (result.Status is ExchangeStatus.TimedOut)
        {
            if (!question.IsJudged)
                _traits.CountUnanswered();
        }
        else if (result.Status is ExchangeStatus.Answered or ExchangeStatus.Truncated or ExchangeStatus.CaseDiffers)
        {
            if (answersEdns)
                _traits.AnsweredEdns();
            else
                _traits.CountEdnsSilence();
        }
    }

    // Some home routers and firewalls throw away every query with an OPT record (RFC 6891 §6.2.6 asks for care).
    private TimeSpan EdnsPatience() => TimeSpan.FromMilliseconds(Math.Clamp(2 * upstream.Health.RoundTrip.HedgeDelay, 500, 1_000));

    private UpstreamReply Judge(in ExchangeResult result, CacheQuestion question, RebindPolicy rebind) => result.Status == ExchangeStatus.Answered
        ? new UpstreamReply(upstream, result.Status, ResponseInspector.Inspect(result.Message, question, upstream.IsInHome ? rebind.InHome : rebind), null, result.Age)
        : new UpstreamReply(upstream, result.Status, default, result.Problem, 0);
}
