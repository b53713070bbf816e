using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>One upstream server: asks it, and keeps watch on its health.</summary>
internal sealed class Upstream : IDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstProbeDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestProbeDelay = TimeSpan.FromSeconds(5);
    private static readonly CacheQuestion ProbeQuestion = new(DnsName.Root, RecordType.Ns, RecordClass.Internet, QuestionVariant.None);

    private readonly UpstreamChannel _channel;
    private readonly UpstreamConversation _conversation;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _disposal = new();
    private UpstreamSignatures _signatures = UpstreamSignatures.Unknown;

    /// <param name="address">Who it is.</param>
    /// <param name="zone">Folded: the names that it is asked for.</param>
    /// <param name="best">How, as long as it copes with that.</param>
    /// <param name="channel">The way to it where UDP does not do.</param>
    /// <param name="time">Measures.</param>
    /// <param name="log">Hears when it goes down and when it comes back.</param>
    public Upstream(UpstreamAddress address, byte[] zone, QueryShape best, UpstreamChannel channel, TimeProvider time, ILogger log)
    {
        Address = address;
        Zone = zone;
        Traits = new UpstreamTraits(time);
        _channel = channel;
        _conversation = new UpstreamConversation(this, best, channel, time);
        _time = time;
        _log = log;
    }

    public UpstreamAddress Address { get; }

    public byte[] Zone { get; }

    /// <summary>A router, or another server of this home.</summary>
    public bool IsInHome => Address.EndPoint is { } endPoint && PrivateAddresses.Contains(endPoint.Address.GetAddressBytes());

    public UpstreamHealth Health { get; } = new();

    public UpstreamTraits Traits { get; }

    /// <summary>Set by who validates its answers.</summary>
    public UpstreamSignatures Signatures
    {
        get => Volatile.Read(ref _signatures);
        set => Volatile.Write(ref _signatures, value);
    }

    /// <summary>Asks once, whatever its health, and without a trace in it: what comes of it tells how it answers such questions, not whether it is well.</summary>
    public Task<UpstreamReply> TryAsync(CacheQuestion question, CancellationToken cancellation) =>
        _conversation.RunAsync(question, RebindPolicy.Off, fresh: false, cancellation);

    /// <summary>Asks once, with whatever it takes to get a whole answer. Cancelled means that nobody waits any more.</summary>
    public async Task<UpstreamReply> AskAsync(CacheQuestion question, RebindPolicy rebind, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        Health.Asked();
        var reply = await _conversation.RunAsync(question, rebind, fresh: false, cancellation);
        var waited = _time.GetElapsedTime(started).TotalMilliseconds;
        switch (reply.Status)
        {
            case ExchangeStatus.Answered:
                if (Health.Answered(waited))
                    ForwardingLog.UpstreamRecovered(_log, Address.Text);
                break;
            case ExchangeStatus.Unreachable:
                if (Health.Refused(reply.Problem ?? "unreachable"))
                    _ = ProbeUntilAnsweredAsync();
                break;
            default:
                if (Health.Unanswered(waited))
                    _ = ProbeUntilAnsweredAsync();
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
            Health.Problem,
            Signatures.Passes,
            Signatures.Problem);
    }

    public void Dispose()
    {
        if (_disposal.IsCancellationRequested)
            return;
        _disposal.Cancel();
        _disposal.Dispose();
        _channel.Dispose();
    }

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
                var reply = await _conversation.RunAsync(ProbeQuestion, RebindPolicy.Off, fresh: true, either.Token);
                if (reply.Status == ExchangeStatus.Answered)
                {
                    if (Health.Answered(_time.GetElapsedTime(started).TotalMilliseconds))
                        ForwardingLog.UpstreamRecovered(_log, Address.Text);
                    return;
                }

                var problem = reply.Problem ?? "no answer";
                if (Health.MarkDown(problem))
                    ForwardingLog.UpstreamDown(_log, Address.Text, problem);
                await Task.Delay(delay, _time, _disposal.Token);
                delay = delay * 2 < LongestProbeDelay ? delay * 2 : LongestProbeDelay;

                // A query on its way may have found it well again meanwhile.
                if (Health.State == UpstreamState.Up)
                    return;
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
