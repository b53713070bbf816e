using System.Runtime.CompilerServices;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>Cache, then upstreams. Hits end here, on the worker that received them; misses are handed to <see cref="ForwardingRunner"/>.</summary>
internal sealed class ForwardingStage(AnswerCache cache, Forwarder forwarder, ForwardingRunner runner, ForwardingReply reply, CacheCounters counters, BlockGate gate, BlockedReply blocked, ValidatedForwarding? validated = null) : IForwarding
{
    public string UpstreamInUse => forwarder.UpstreamInUse;

    public string ValidationInUse => validated?.Describe() ?? "off";

    public bool HasRuleFor(ReadOnlySpan<byte> foldedName, int leastZoneLength = 0) => forwarder.HasRuleFor(foldedName, leastZoneLength);

    public Disposition Resolve(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
    {
        var variant = VariantOf(query);
        var hash = CacheQuestion.ComputeHash(query.Name, query.Type, query.Class, variant);
        var now = context.NowMilliseconds;
        var cached = cache.Find(hash, query.Name, query.Type, query.Class, variant);
        if (gate.Blocks(cached, query.Name, query.Type, context.Client, out var block))
            return Blocked(buffer, query, context, block, out responseLength);
        if (cached is null)
            return Miss(buffer, hash, query, variant, context, null, out responseLength);

        ReplyTerms.Read(query, context, out var terms);
        if (cached.IsFresh(now))
        {
            counters.CountHit();
            if (now >= cached.RefreshAt && cached.TryBeginRefresh())
                runner.StartRefresh(hash, query, variant);
            if (cached.Verdict != Security.Unchecked)
                context.Replies.Judged(cached.Verdict);
            responseLength = reply.Write(buffer, cached, terms, now);
            return Disposition.Answered;
        }

        if (now >= cached.UselessAt)
            return Miss(buffer, hash, query, variant, context, null, out responseLength);
        if (!cached.IsInRecheck(now))
            return Miss(buffer, hash, query, variant, context, cached, out responseLength);
        return Stale(buffer, cached, terms, out responseLength);
    }

    private static QuestionVariant VariantOf(scoped in ParsedQuery query)
    {
        var variant = QuestionVariant.None;
        if (query.Edns.DnssecOk)
            variant |= QuestionVariant.DnssecOk;
        if ((query.Flags & HeaderFlags.CheckingDisabled) != 0)
            variant |= QuestionVariant.CheckingDisabled;
        if ((query.Flags & HeaderFlags.RecursionDesired) == 0)
            variant |= QuestionVariant.NonRecursive;
        return variant;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition Blocked(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, in BlockedBy block, out int responseLength)
    {
        ReplyTerms.Read(query, context, out var terms);
        responseLength = blocked.Write(buffer, query.QuestionEnd, query.Name, query.Type, terms, block);
        context.Replies.Blocked(block.Verdict.List!.Name);
        return Disposition.Answered;
    }

    private Disposition Stale(Span<byte> buffer, CachedResponse cached, in ReplyTerms terms, out int responseLength)
    {
        counters.CountStaleHit();
        responseLength = reply.WriteStale(buffer, cached, terms);
        return Disposition.Answered;
    }

    private Disposition Miss(Span<byte> buffer, int hash, scoped in ParsedQuery query, QuestionVariant variant, scoped in QueryContext context, CachedResponse? stale, out int responseLength)
    {
        ReplyTerms.Read(query, context, out var terms);
        if (query.Type is RecordType.Opt or (>= RecordType.Tkey and <= RecordType.Axfr))
        {
            responseLength = reply.WriteError(buffer, query.QuestionEnd, terms, ResponseCode.Refused, EdeCode.NotSupported, "this type is not forwarded"u8);
            return Disposition.Answered;
        }

        if (forwarder.Loops.Catch(query.Name))
        {
            responseLength = reply.WriteError(buffer, query.QuestionEnd, terms, ResponseCode.Refused, EdeCode.Other, "forwarding loop detected"u8);
            return Disposition.Answered;
        }

        counters.CountMiss();
        switch (runner.Join(hash, query, variant, terms, buffer, stale, context.Replies))
        {
            case ForwardingAdmission.Waiting:
                responseLength = 0;
                return Disposition.Deferred;
            case ForwardingAdmission.AnswerStale when stale is not null:
                return Stale(buffer, stale, terms, out responseLength);
            default:
                responseLength = reply.WriteError(buffer, query.QuestionEnd, terms, ResponseCode.ServerFailure, EdeCode.Other, "too many queries wait for upstream servers"u8);
                return Disposition.Answered;
        }
    }
}
