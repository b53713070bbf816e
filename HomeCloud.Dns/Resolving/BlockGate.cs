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
/// <param name="safeSearch">Where search engines are safe.</param>
/// <param name="home">Names of ours, which nothing blocks.</param>
internal sealed class BlockGate(BlockedNames names, SafeSearch safeSearch, IHomeNames? home)
{
    /// <summary>A response remembers what so many groups make of it; beyond that it is looked into again.</summary>
    private const int MaxMarks = 16;

    /// <summary>Whether a question is answered from here.</summary>
    /// <param name="cached">What the cache has for it; null: nothing.</param>
    /// <param name="foldedName">What is asked.</param>
    /// <param name="type">Of which type.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="block">Why.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Blocks(CachedResponse? cached, ReadOnlySpan<byte> foldedName, RecordType type, in ClientAddress client, out BlockedBy block)
    {
        var policy = names.Policy;
        var rules = policy?.For(new UInt128(client.High, client.Low));
        if (rules is null || (cached is not null && ReferenceEquals(cached.Mark, rules.Stamp)))
        {
            block = default;
            return false;
        }

        return Decide(policy!, rules, cached, foldedName, type, out block);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Decide(BlockPolicy policy, BlockRules rules, CachedResponse? cached, ReadOnlySpan<byte> foldedName, RecordType type, out BlockedBy block)
    {
        block = default;

        // They lead nowhere, and who validates needs them for names below that are not blocked (RFC 4035 §5).
        if (type is RecordType.Ds or RecordType.Dnskey)
            return false;
        var known = (cached?.Mark as BlockMark)?.Of(rules.Stamp);
        if (known is { By: null })
            return false;
        if (rules.IsBlocked(foldedName, out var verdict))
        {
            block = new BlockedBy(verdict, null, rules.Group);
            return true;
        }

        if (rules.HasSafeSearch && !verdict.IsAllowedByPerson && safeSearch.Find(foldedName) is { } engine)
        {
            block = new BlockedBy(new BlockVerdict(BlockOutcome.Blocked, safeSearch.Hits, 0, IsBelow: false), null, rules.Group, engine);
            return true;
        }

        if (cached is null)
            return false;
        if (known?.By is { } by)
        {
            block = by;
            return true;
        }

        // A person who allows a name wants what it leads to.
        var isBlocked = verdict.Outcome is not (BlockOutcome.Allowed or BlockOutcome.Passed) && LeadsToBlocked(rules, cached, out block);
        Remember(cached, policy, rules, isBlocked ? block : null);
        return isBlocked;
    }

    // One group's finding beside those of others that count still. A mark that two threads write at once is lost, and made again.
    private static void Remember(CachedResponse cached, BlockPolicy policy, BlockRules rules, BlockedBy? by)
    {
        var others = cached.Mark switch
        {
            BlockMark mark when mark.Depth < MaxMarks => mark.InForce(policy),
            null or BlockMark => null,
            var stamp => policy.IsInForce(stamp) ? new BlockMark(stamp, null, null) : null,
        };
        cached.Mark = by is null && (others is null || rules.Group is null) ? rules.Stamp : new BlockMark(rules.Stamp, by, rules.Group is null ? null : others);
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
                block = new BlockedBy(verdict, target[..length].ToArray(), rules.Group);
                return true;
            }
        }

        return false;
    }

    private sealed class BlockMark(object stamp, BlockedBy? by, BlockMark? next)
    {
        /// <summary>Null: not blocked.</summary>
        public BlockedBy? By => by;

        public int Depth { get; } = (next?.Depth ?? 0) + 1;

        public BlockMark? Of(object wanted)
        {
            for (var mark = this; mark is not null; mark = mark.Next)
            {
                if (ReferenceEquals(mark.Stamp, wanted))
                    return mark;
            }

            return null;
        }

        /// <summary>Null when none of them counts any more.</summary>
        public BlockMark? InForce(BlockPolicy policy)
        {
            var others = next?.InForce(policy);
            return !policy.IsInForce(stamp) ? others : ReferenceEquals(others, next) ? this : new BlockMark(stamp, by, others);
        }

        private object Stamp => stamp;

        private BlockMark? Next => next;
    }
}

/// <summary>Why an answer is blocked.</summary>
/// <param name="Verdict">List and rule.</param>
/// <param name="Target">Folded: the name that it leads to; null when it is the name that was asked.</param>
/// <param name="Group">Whose rule it is; null where there are no groups.</param>
/// <param name="Engine">Not blocked but led to this one.</param>
internal readonly record struct BlockedBy(BlockVerdict Verdict, byte[]? Target, string? Group, SafeEngine? Engine = null);
