using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding;

/// <summary>One upstream server: asks it, in the way it copes with, and keeps watch on its health.</summary>
internal sealed class Upstream : IDisposable
{
    /// <summary>UDP, then TCP for a cut answer, then without EDNS, and one to spare.</summary>
    private const int MaxExchanges = 4;

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstProbeDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestProbeDelay = TimeSpan.FromSeconds(5);
    private static readonly CacheQuestion ProbeQuestion = new(DnsName.Root, RecordType.Ns, RecordClass.Internet, QuestionVariant.None);

    private readonly ForwardingOptions _options;
    private readonly IUpstreamChannel _channel;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _disposal = new();

    public Upstream(UpstreamAddress address, ForwardingOptions options, IUpstreamChannel channel, TimeProvider time, ILogger log)
    {
        Address = address;
        Traits = new UpstreamTraits(time);
        _options = options;
        _channel = channel;
        _time = time;
        _log = log;
    }

    public UpstreamAddress Address { get; }

    public UpstreamHealth Health { get; } = new();

    public UpstreamTraits Traits { get; }

    private bool IsEncrypted => Address.Protocol is UpstreamProtocol.Tls or UpstreamProtocol.Https;

    /// <summary>Asks once, with whatever it takes to get a whole answer. Cancelled means that nobody waits any more.</summary>
    public async Task<UpstreamReply> AskAsync(CacheQuestion question, RebindPolicy rebind, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        Health.Asked();
        var reply = await ConverseAsync(question, rebind, cancellation);
        var waited = _time.GetElapsedTime(started).TotalMilliseconds;
        switch (reply.Status)
        {
            case ExchangeStatus.Answered:
                if (Health.Answered(waited)) ForwardingLog.UpstreamRecovered(_log, Address.Text);
                break;
            case ExchangeStatus.Unreachable:
                if (Health.Refused(reply.Problem ?? "unreachable")) _ = ProbeUntilAnsweredAsync();
                break;
            default:
                if (Health.Unanswered(waited)) _ = ProbeUntilAnsweredAsync();
                break;
        }

        return reply;
    }

    public UpstreamStatus Status(string zone)
    {
        var roundTrip = Health.RoundTrip;
        return new UpstreamStatus(
            zone,
            Address.Text,
            Health.State,
            roundTrip.Measured ? roundTrip.Smoothed : null,
            Health.Queries,
            Health.Answers,
            Health.Failures,
            Traits.Edns,
            Traits.KeepsCase,
            Health.Problem);
    }

    public void Dispose()
    {
        _disposal.Cancel();
        _disposal.Dispose();
        _channel.Dispose();
    }

    private async Task<UpstreamReply> ConverseAsync(CacheQuestion question, RebindPolicy rebind, CancellationToken cancellation)
    {
        var streamed = Address.Protocol != UpstreamProtocol.Plain;
        var edns = Traits.Edns;
        var mixCase = _options.MixCase && Traits.KeepsCase;
        var caseDiffered = false;
        var buffer = new byte[QueryWriter.MaxSize];
        UpstreamReply reply = default;
        for (var exchange = 0; exchange < MaxExchanges; exchange++)
        {
            var shape = new QueryShape(edns, _options.UdpPayloadSize, mixCase && !streamed, IsEncrypted);
            var length = QueryWriter.Write(buffer, question, QueryWriter.RandomId(), shape);
            var query = buffer.AsMemory(0, length);
            var result = streamed
                ? await _channel.ExchangeAsync(query, cancellation)
                : await UdpExchange.RunAsync(Address.EndPoint!, query, shape.MixCase, cancellation);
            reply = Judge(result, question, rebind);
            switch (result.Status)
            {
                case ExchangeStatus.Truncated or ExchangeStatus.Flooded or ExchangeStatus.CaseDiffers:
                    caseDiffered |= result.Status == ExchangeStatus.CaseDiffers;
                    streamed = true;
                    continue;
                case ExchangeStatus.Unreachable when caseDiffered && streamed:
                    // It changes case and has no TCP: then it must be asked as it is.
                    Traits.CountCaseChange();
                    (caseDiffered, streamed, mixCase) = (false, false, false);
                    continue;
                case ExchangeStatus.Answered when reply.Response.Verdict == ResponseVerdict.Malformed && !streamed:
                    streamed = true;
                    continue;
                case ExchangeStatus.Answered when edns && RefusesEdns(reply.Response):
                    edns = false;
                    continue;
                case ExchangeStatus.Answered:
                    if (caseDiffered) Traits.CountCaseChange();
                    if (!edns && reply.IsUsable) Traits.MarkNoEdns();
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

    private UpstreamReply Judge(in ExchangeResult result, CacheQuestion question, RebindPolicy rebind) => result.Status == ExchangeStatus.Answered
        ? new UpstreamReply(this, result.Status, ResponseInspector.Inspect(result.Message, question, rebind), null, result.Age)
        : new UpstreamReply(this, result.Status, default, result.Problem, 0);

    private async Task ProbeUntilAnsweredAsync()
    {
        try
        {
            var delay = FirstProbeDelay;
            while (!_disposal.IsCancellationRequested)
            {
                using var timeout = new CancellationTokenSource(ProbeTimeout, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _disposal.Token);
                var started = _time.GetTimestamp();
                var reply = await ConverseAsync(ProbeQuestion, RebindPolicy.Off, either.Token);
                if (reply.Status == ExchangeStatus.Answered)
                {
                    if (Health.Answered(_time.GetElapsedTime(started).TotalMilliseconds)) ForwardingLog.UpstreamRecovered(_log, Address.Text);
                    return;
                }

                var problem = reply.Problem ?? "no answer";
                if (Health.MarkDown(problem)) ForwardingLog.UpstreamDown(_log, Address.Text, problem);
                await Task.Delay(delay, _time, _disposal.Token);
                delay = delay * 2 < LongestProbeDelay ? delay * 2 : LongestProbeDelay;

                // A query on its way may have found it well again meanwhile.
                if (Health.State == UpstreamState.Up) return;
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            ForwardingLog.ProbingStopped(_log, Address.Text);
        }
        catch (Exception bug)
        {
            ForwardingLog.ProbingFailed(_log, bug, Address.Text);
        }
    }
}
