using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Proofs by NSEC3: RFC 5155 §8. Records of one set of parameters count, those of the first.</summary>
internal sealed class Nsec3Denial(byte[] zone, ValidationWork work) : IDenial
{
    /// <summary>RFC 9276 §3.1 asks zones for 0; for those that are behind, as many as unbound and BIND do.</summary>
    public const int MaxIterations = 150;

    private const byte Sha1Algorithm = 1;
    private const byte OptOutFlag = 1;
    private const int FixedSize = 5;

    private readonly List<Link> _links = [];
    private byte[]? _salt;
    private int _iterations;

    public bool HasRecords => _links.Count > 0;

    /// <summary>Takes a verified RRset of type NSEC3. Unknown hashes and flags count as not there (§8.1, §8.2).</summary>
    public void Add(SignedSet set)
    {
        Span<byte> hash = stackalloc byte[Digests.Sha1Length];
        if (!DnsName.Parent(set.Owner).SequenceEqual(zone) || !Base32Hex.TryDecode(DnsName.FirstLabel(set.Owner), hash))
            return;
        foreach (var data in set.Data)
        {
            if (data.Length < FixedSize || data[0] != Sha1Algorithm || data[1] > OptOutFlag)
                continue;
            var next = FixedSize + data[4] + 1;
            if (next + Digests.Sha1Length > data.Length || data[next - 1] != Digests.Sha1Length)
                continue;
            var iterations = (data[2] << 8) | data[3];
            var salt = data.AsSpan(FixedSize, data[4]);
            if (_salt is null)
                (_salt, _iterations) = (salt.ToArray(), iterations);
            if (iterations == _iterations && salt.SequenceEqual(_salt))
                _links.Add(new Link(hash.ToArray(), data[next..(next + Digests.Sha1Length)], data[1] == OptOutFlag, new TypeBitmap(data, next + Digests.Sha1Length)));
        }
    }

    public Proof NoName(ReadOnlySpan<byte> foldedName)
    {
        if (_iterations > MaxIterations)
            return Proof.TooManyIterations;
        if (!TryFindClosestEncloser(foldedName, out var encloser, out var cover))
            return Proof.None;
        Span<byte> wildcard = stackalloc byte[DnsName.MaxLength + 2];
        if (!TryFindCover(NsecDenial.Wildcard(encloser, wildcard), out _))
            return Proof.None;
        return cover.OptOut ? Proof.OptOut : Proof.Proven;
    }

    public Proof NoData(ReadOnlySpan<byte> foldedName, RecordType type)
    {
        if (_iterations > MaxIterations)
            return Proof.TooManyIterations;
        if (TryFindMatch(foldedName, out var match))
            return NsecDenial.Judge(match.Types, type, foldedName);
        if (!TryFindClosestEncloser(foldedName, out var encloser, out var cover))
            return Proof.None;
        if (cover.OptOut)
            return Proof.OptOut;
        Span<byte> wildcard = stackalloc byte[DnsName.MaxLength + 2];
        return TryFindMatch(NsecDenial.Wildcard(encloser, wildcard), out var star) && NsecDenial.Judge(star.Types, type, foldedName) != Proof.None ? Proof.Proven : Proof.None;
    }

    public Proof NothingCloser(ReadOnlySpan<byte> foldedName, int labels)
    {
        if (_iterations > MaxIterations)
            return Proof.TooManyIterations;
        if (!TryFindCover(CanonicalForm.Ancestor(foldedName, labels + 1), out var cover))
            return Proof.None;
        return cover.OptOut ? Proof.OptOut : Proof.Proven;
    }

    // §8.3: the longest ancestor that exists, and the name one label longer, which does not.
    private bool TryFindClosestEncloser(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> encloser, out Link cover)
    {
        cover = default;
        encloser = default;
        var nextCloser = name;
        for (var candidate = name; candidate.Length > zone.Length;)
        {
            nextCloser = candidate;
            candidate = DnsName.Parent(candidate);
            if (!TryFindMatch(candidate, out var match))
                continue;
            encloser = candidate;
            return !match.Types.IsDelegation && !match.Types.Has(RecordType.Dname) && TryFindCover(nextCloser, out cover);
        }

        return false;
    }

    private bool TryFindMatch(ReadOnlySpan<byte> name, out Link match)
    {
        match = default;
        Span<byte> hash = stackalloc byte[Digests.Sha1Length];
        if (!TryHash(name, hash))
            return false;
        foreach (var link in _links)
        {
            if (!hash.SequenceEqual(link.Hash))
                continue;
            match = link;
            return true;
        }

        return false;
    }

    private bool TryFindCover(ReadOnlySpan<byte> name, out Link cover)
    {
        cover = default;
        Span<byte> hash = stackalloc byte[Digests.Sha1Length];
        if (!TryHash(name, hash))
            return false;
        foreach (var link in _links)
        {
            if (!link.Covers(hash))
                continue;
            cover = link;
            return true;
        }

        return false;
    }

    // §5: the name, folded, with the salt behind it; then the hash, again and again, likewise.
    private bool TryHash(ReadOnlySpan<byte> name, Span<byte> hash)
    {
        if (_salt is null || name.Length > DnsName.MaxLength || !work.MayHash(_iterations + 1))
            return false;
        Span<byte> input = stackalloc byte[DnsName.MaxLength + byte.MaxValue];
        name.CopyTo(input);
        _salt.CopyTo(input[name.Length..]);
        Digests.ComputeSha1(input[..(name.Length + _salt.Length)], hash);
        _salt.CopyTo(input[Digests.Sha1Length..]);
        for (var i = 0; i < _iterations; i++)
        {
            hash.CopyTo(input);
            Digests.ComputeSha1(input[..(Digests.Sha1Length + _salt.Length)], hash);
        }

        return true;
    }

    private readonly record struct Link(byte[] Hash, byte[] Next, bool OptOut, TypeBitmap Types)
    {
        public bool Covers(ReadOnlySpan<byte> hash)
        {
            var isAfter = Hash.AsSpan().SequenceCompareTo(hash) < 0;
            var isBefore = hash.SequenceCompareTo(Next) < 0;
            return Hash.AsSpan().SequenceCompareTo(Next) < 0 ? isAfter && isBefore : isAfter || isBefore;
        }
    }
}
