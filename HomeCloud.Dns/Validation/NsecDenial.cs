using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Proofs by NSEC: RFC 4035 §5.4, RFC 6840 §4.</summary>
/// <param name="zone">Folded: what is outside is not its to deny.</param>
internal sealed class NsecDenial(byte[] zone) : IDenial
{
    private readonly List<Link> _links = [];

    public bool HasRecords => _links.Count > 0;

    /// <summary>Takes a verified RRset of type NSEC.</summary>
    public void Add(SignedSet set)
    {
        foreach (var data in set.Data)
        {
            var length = DnsName.Measure(data);
            if (length == 0)
                continue;
            var next = data[..length];
            DnsName.Fold(next);

            // RFC 4034 §4.1.1: the next name is one of the zone.
            if (DnsName.IsAtOrBelow(next, zone))
                _links.Add(new Link(set.Owner, next, new TypeBitmap(data, length)));
        }
    }

    public Proof NoName(ReadOnlySpan<byte> foldedName)
    {
        if (!TryFindCover(foldedName, out var cover) || DnsName.IsAtOrBelow(cover.Next, foldedName))
            return Proof.None;
        Span<byte> wildcard = stackalloc byte[DnsName.MaxLength + 2];
        return TryFindCover(Wildcard(ClosestEncloser(cover, foldedName), wildcard), out _) ? Proof.Proven : Proof.None;
    }

    public Proof NoData(ReadOnlySpan<byte> foldedName, RecordType type)
    {
        if (TryFindMatch(foldedName, out var match))
            return Judge(match.Types, type, foldedName);
        if (!TryFindCover(foldedName, out var cover))
            return Proof.None;

        // An empty non-terminal: something below it is the next name.
        if (DnsName.IsAtOrBelow(cover.Next, foldedName))
            return Proof.Proven;
        Span<byte> wildcard = stackalloc byte[DnsName.MaxLength + 2];
        return TryFindMatch(Wildcard(ClosestEncloser(cover, foldedName), wildcard), out var star) && Judge(star.Types, type, foldedName) != Proof.None ? Proof.Proven : Proof.None;
    }

    public Proof NothingCloser(ReadOnlySpan<byte> foldedName, int labels) =>
        TryFindCover(foldedName, out var cover) && !DnsName.IsAtOrBelow(cover.Next, foldedName) && DnsName.CountLabels(ClosestEncloser(cover, foldedName)) <= labels
            ? Proof.Proven
            : Proof.None;

    /// <summary>Whether a name with these types has none of a type. DS is the business of the zone above a cut, all else that of the zone below (RFC 6840 §4.1, §4.4).</summary>
    /// <param name="types">Those that it has.</param>
    /// <param name="type">The one that was asked for.</param>
    /// <param name="foldedName">The name: nothing is above the root.</param>
    public static Proof Judge(TypeBitmap types, RecordType type, ReadOnlySpan<byte> foldedName)
    {
        if (types.Has(type) || types.Has(RecordType.Cname) || (type == RecordType.Any && types.HasData))
            return Proof.None;
        if (type != RecordType.Ds)
            return types.IsDelegation ? Proof.None : Proof.Proven;
        if (types.Has(RecordType.Soa))
            return foldedName.Length == 1 ? Proof.Proven : Proof.None;
        return types.Has(RecordType.Ns) ? Proof.UnsignedDelegation : Proof.Proven;
    }

    public static ReadOnlySpan<byte> Wildcard(ReadOnlySpan<byte> parent, Span<byte> buffer)
    {
        (buffer[0], buffer[1]) = (1, (byte)'*');
        parent.CopyTo(buffer[2..]);
        return buffer[..(2 + parent.Length)];
    }

    private static ReadOnlySpan<byte> ClosestEncloser(in Link cover, ReadOnlySpan<byte> name)
    {
        var before = CanonicalForm.CommonAncestor(name, cover.Owner);
        var after = CanonicalForm.CommonAncestor(name, cover.Next);
        return before.Length > after.Length ? before : after;
    }

    private bool TryFindMatch(ReadOnlySpan<byte> name, out Link match)
    {
        foreach (var link in _links)
        {
            if (name.SequenceEqual(link.Owner))
            {
                match = link;
                return true;
            }
        }

        match = default;
        return false;
    }

    private bool TryFindCover(ReadOnlySpan<byte> name, out Link cover)
    {
        foreach (var link in _links)
        {
            if (!link.Covers(name))
                continue;
            cover = link;
            return true;
        }

        cover = default;
        return false;
    }

    private readonly record struct Link(byte[] Owner, byte[] Next, TypeBitmap Types)
    {
        // The last name of a zone points to its apex. What is below a cut or a DNAME is not this zone's to deny (RFC 6840 §4.1).
        public bool Covers(ReadOnlySpan<byte> name)
        {
            if (CanonicalForm.Compare(Owner, name) >= 0)
                return false;
            var isLast = CanonicalForm.Compare(Next, Owner) <= 0;
            if (isLast ? !DnsName.IsAtOrBelow(name, Next) : CanonicalForm.Compare(name, Next) >= 0)
                return false;
            return !DnsName.IsAtOrBelow(name, Owner) || !(Types.IsDelegation || Types.Has(RecordType.Dname));
        }
    }
}
