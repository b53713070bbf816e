using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>Asks an upstream for a name that only we know, and sees whether the question comes back.</summary>
internal sealed class LoopDetector(LoopNonces nonces, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task ProbeAsync(Upstream upstream, CancellationToken cancellation)
    {
        var name = nonces.Open(upstream);
        var wasLooping = upstream.Health.State == UpstreamState.Looping;
        try
        {
            using var timeout = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
            var question = new CacheQuestion(name, RecordType.Txt, RecordClass.Internet, QuestionVariant.None);
            var reply = await upstream.AskAsync(question, RebindPolicy.Off, either.Token);
            var cameBack = upstream.Health.LoopSeenAt is { } seen && time.GetElapsedTime(seen) < 2 * Patience;
            if (wasLooping && !cameBack && reply.Status == ExchangeStatus.Answered && upstream.Health.MarkLooping(false))
                ForwardingLog.LoopGone(log, upstream.Address.Text);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // DNS works without this probe.
            ForwardingLog.ProbingFailed(log, bug, upstream.Address.Text);
        }
        finally
        {
            nonces.Close(name);
        }
    }

    /// <summary>Called for every name on its way out. True when it is a probe, ours or another server's: then it must not be asked on.</summary>
    public bool Catch(ReadOnlySpan<byte> foldedName)
    {
        if (!LoopNonces.IsProbe(foldedName))
            return false;
        if (nonces.Find(foldedName) is { } upstream)
        {
            upstream.Health.SawLoop(time.GetTimestamp());
            if (upstream.Health.MarkLooping(true))
                Report(upstream);
        }

        return true;
    }

    private void Report(Upstream upstream)
    {
        if (upstream.Zone.Length == 1)
            ForwardingLog.LoopFound(log, upstream.Address.Text);
        else
            ForwardingLog.RuleLoopFound(log, upstream.Address.Text, DnsName.ToText(upstream.Zone).TrimEnd('.'));
    }
}
