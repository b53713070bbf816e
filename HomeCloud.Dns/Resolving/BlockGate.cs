using System.Runtime.CompilerServices;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>
/// Stands before cache and upstreams: is the name blocked, or one that its answer leads to? A cached answer is looked into once
/// for each version of the rules, and marked; so a hit that is not blocked pays for one comparison. The cache is everybody's: what
/// counts for the asker is decided behind it.
/// </summary>
/// <param name="names">The rules in force.</param>
/// <param name="home">Names of ours, which nothing blocks.</param>
internal sealed class BlockGate(BlockedNames names, IHomeNames? home)
{
    /// <summary>Whether a question is answered from here.</summary>
    /// <param name="cached">What the cache has for it; null: nothing.</param>
    /// <param name="foldedName">What is asked.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="block">Why.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Blocks(CachedResponse? cached, ReadOnlySpan<byte> foldedName, in ClientAddress client, out BlockedBy block)
    {
        var rules = names.Policy?.For(new UInt128(client.High, client.Low));
        if (rules is null || (cached is not null && ReferenceEquals(cached.Mark, rules.Stamp)))
        {
            block = default;
            return false;
        }

        return Decide(rules, cached, foldedName, out block);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Decide(BlockRules rules, CachedResponse? cached, ReadOnlySpan<byte> foldedName, out BlockedBy block)
    {
        block = default;
        if (rules.IsBlocked(foldedName, out var verdict))
        {
            block = new BlockedBy(verdict, null);
            return true;
        }

        if (cached is null)
            return false;
        if (cached.Mark is BlockMark mark && mark.Stamp == rules.Stamp)
        {
            block = mark.By;
            return true;
        }

        // A person who allows a name wants what it leads to.
        if (verdict.Outcome is not (BlockOutcome.Allowed or BlockOutcome.Passed) && LeadsToBlocked(rules, cached, out block))
        {
            cached.Mark = new BlockMark(rules.Stamp, block);
            return true;
        }

        cached.Mark = rules.Stamp;
        return false;
    }

    // Trackers hide behind an alias below the site's own name; an HTTPS record leads elsewhere as well (RFC 9460 §2.4.2).
    private bool LeadsToBlocked(BlockRules rules, CachedResponse response, out BlockedBy block)
    {
        block = default;
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        var message = response.Message;
        var records = new MessageReader(message, response.QuestionEnd);
        for (var i = 0; i < MessageHeader.AnswerCount(message) && records.TryReadRecord(out var record); i++)
        {
            var skip = record.Type switch
            {
                RecordType.Cname => 0,
                RecordType.Svcb or RecordType.Https => 2,
                _ => -1,
            };
            if (skip < 0 || record.DataLength <= skip)
                continue;
            var reader = new MessageReader(message, record.DataOffset + skip);
            if (!reader.TryReadName(target, out var length) || length <= 1)
                continue;
            DnsName.Fold(target[..length]);
            rules.Decide(target[..length], out var verdict);
            if (verdict.Outcome == BlockOutcome.Allowed)
                return false;
            if (verdict.Outcome == BlockOutcome.Blocked && home?.StayHome(target[..length]) != true)
            {
                block = new BlockedBy(verdict, target[..length].ToArray());
                return true;
            }
        }

        return false;
    }

    private sealed record BlockMark(object Stamp, BlockedBy By);
}

/// <summary>Why an answer is blocked.</summary>
/// <param name="Verdict">List and rule.</param>
/// <param name="Target">Folded: the name that it leads to; null when it is the name that was asked.</param>
internal readonly record struct BlockedBy(BlockVerdict Verdict, byte[]? Target);
