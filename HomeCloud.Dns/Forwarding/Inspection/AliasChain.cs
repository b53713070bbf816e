using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>An alias that a DNAME implies and that the upstream left out.</summary>
/// <param name="Record">Index of the DNAME.</param>
/// <param name="Owner">Folded.</param>
/// <param name="Target">Folded.</param>
internal readonly record struct ImpliedAlias(int Record, byte[] Owner, byte[] Target);

/// <summary>The names that an answer leads through: what was asked, then each alias's target. Only their records are believed.</summary>
internal sealed class AliasChain
{
    /// <summary>Longer ones are a trap or a mistake; resolvers in use stop at 11 to 17.</summary>
    public const int MaxAliases = 16;

    private readonly List<byte[]> _names = [];
    private readonly List<ImpliedAlias> _implied = [];

    public IReadOnlyList<ImpliedAlias> Implied => _implied;

    /// <summary>Where the aliases lead; null when there is none.</summary>
    public byte[]? Target => _names.Count > 1 ? _names[^1] : null;

    /// <summary>Follows CNAMEs from the question through the answer section, in whatever order they come, and DNAMEs where a CNAME is missing.</summary>
    public ResponseVerdict Follow(ReplyRecords records, CacheQuestion question)
    {
        _names.Add(question.Name);
        if (question.Type == RecordType.Any)
            return ResponseVerdict.Usable;
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        while (TryFindTarget(records, question.Class, _names[^1], target, out var length, out var problem))
        {
            if (problem != ResponseVerdict.Usable)
                return problem;

            // A client that asks for the alias itself is led no further.
            if (question.Type == RecordType.Cname)
                return ResponseVerdict.Usable;
            if (Contains(target[..length]))
                return ResponseVerdict.AliasLoop;
            if (_names.Count > MaxAliases)
                return ResponseVerdict.AliasChainTooLong;
            _names.Add(target[..length].ToArray());
        }

        return ResponseVerdict.Usable;
    }

    public bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (var link in _names)
        {
            if (name.SequenceEqual(link))
                return true;
        }

        return false;
    }

    /// <summary>Whether a name of the chain lies at or below this one, which then may be its zone.</summary>
    public bool HasNameAtOrBelow(ReadOnlySpan<byte> ancestor)
    {
        foreach (var link in _names)
        {
            if (DnsName.IsAtOrBelow(link, ancestor))
                return true;
        }

        return false;
    }

    private bool TryFindTarget(ReplyRecords records, RecordClass @class, byte[] owner, Span<byte> target, out int length, out ResponseVerdict problem)
    {
        (length, problem) = (0, ResponseVerdict.Usable);
        var above = -1;
        for (var i = 0; i < records.Count; i++)
        {
            ref var record = ref records.Records[i];
            if (record.Section != Section.Answer || record.View.Class != @class)
                continue;
            if (record.View.Type == RecordType.Cname && records.Owner(record).SequenceEqual(owner))
            {
                if (!records.TryReadTarget(record.View, target, out length))
                    problem = ResponseVerdict.Malformed;
                return true;
            }

            if (record.View.Type == RecordType.Dname && records.Owner(record).Length < owner.Length && DnsName.IsAtOrBelow(owner, records.Owner(record)))
                above = i;
        }

        if (above < 0)
            return false;
        problem = Redirect(records, above, owner, target, out length);
        return true;
    }

    // RFC 6672 §2.2: the DNAME's owner, at the end of the name, is replaced by its target.
    private ResponseVerdict Redirect(ReplyRecords records, int dname, byte[] owner, Span<byte> target, out int length)
    {
        ref var record = ref records.Records[dname];
        var prefix = owner.Length - record.OwnerLength;
        Span<byte> suffix = stackalloc byte[DnsName.MaxLength];
        length = 0;
        if (!records.TryReadTarget(record.View, suffix, out var suffixLength))
            return ResponseVerdict.Malformed;
        length = prefix + suffixLength;
        if (length > DnsName.MaxLength)
            return ResponseVerdict.AliasTooLong;
        owner.AsSpan(0, prefix).CopyTo(target);
        suffix[..suffixLength].CopyTo(target[prefix..]);
        _implied.Add(new ImpliedAlias(dname, owner, target[..length].ToArray()));
        return ResponseVerdict.Usable;
    }
}
