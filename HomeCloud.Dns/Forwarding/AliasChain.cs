using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>The names that an answer leads through: what was asked, then each alias's target. Only their records are believed.</summary>
internal sealed class AliasChain
{
    /// <summary>Longer ones are a trap or a mistake; resolvers in use stop at 11 to 17.</summary>
    private const int MaxAliases = 16;

    private readonly List<byte[]> _names = [];

    /// <summary>Follows CNAMEs from the question through the answer section, in whatever order they come.</summary>
    public ResponseVerdict Follow(ReplyRecords records, CacheQuestion question)
    {
        _names.Add(question.Name);
        if (question.Type is RecordType.Cname or RecordType.Any) return ResponseVerdict.Usable;
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        while (TryFindTarget(records, question.Class, _names[^1], target, out var length))
        {
            if (length == 0) return ResponseVerdict.Malformed;
            if (Contains(target[..length])) return ResponseVerdict.AliasLoop;
            if (_names.Count > MaxAliases) return ResponseVerdict.AliasChainTooLong;
            _names.Add(target[..length].ToArray());
        }

        return ResponseVerdict.Usable;
    }

    public bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (var link in _names)
        {
            if (name.SequenceEqual(link)) return true;
        }

        return false;
    }

    /// <summary>Whether a name of the chain lies at or below this one, which then may be its zone.</summary>
    public bool HasNameAtOrBelow(ReadOnlySpan<byte> ancestor)
    {
        foreach (var link in _names)
        {
            if (DnsName.IsAtOrBelow(link, ancestor)) return true;
        }

        return false;
    }

    // Length 0: there is an alias, and its target cannot be read.
    private static bool TryFindTarget(ReplyRecords records, RecordClass @class, byte[] owner, Span<byte> target, out int length)
    {
        length = 0;
        foreach (ref var record in records.Records)
        {
            if (record.Section != Section.Answer || record.View.Type != RecordType.Cname || record.View.Class != @class || !records.Owner(record).SequenceEqual(owner)) continue;
            if (!records.TryReadName(record.View.DataOffset, target, out length)) length = 0;
            return true;
        }

        return false;
    }
}
