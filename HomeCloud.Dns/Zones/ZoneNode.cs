using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// Everything at one owner name. Immutable but for its link: a change puts another node in its place. Name and RRsets lie
/// in one array, so that finding a name and copying its answer touches as few cache lines as can be.
/// </summary>
public sealed class ZoneNode
{
    private readonly byte[] _octets;
    private readonly byte _nameLength;

    internal ZoneNode(ReadOnlySpan<byte> name, int hash, in NodeContent content, int children, bool hasWildcard)
    {
        _octets = new byte[name.Length + content.RecordSets.Length];
        _nameLength = (byte)name.Length;
        name.CopyTo(_octets);
        content.RecordSets.Span.CopyTo(_octets.AsSpan(name.Length));
        Hash = hash;
        Explanation = content.Explanation;
        Kind = content.Kind;
        Children = children;
        HasWildcard = hasWildcard;
    }

    private ZoneNode(ZoneNode from, int children, bool hasWildcard)
    {
        _octets = from._octets;
        _nameLength = from._nameLength;
        Hash = from.Hash;
        Explanation = from.Explanation;
        Kind = from.Kind;
        Children = children;
        HasWildcard = hasWildcard;
    }

    /// <summary>The name relative to the zone: folded labels without the root.</summary>
    public ReadOnlySpan<byte> Name => _octets.AsSpan(0, _nameLength);

    /// <summary>Packed RRsets, for those that walk all of them.</summary>
    internal ReadOnlySpan<byte> Packed => _octets.AsSpan(_nameLength);

    public NodeExplanation? Explanation { get; }

    public NodeKind Kind { get; }

    internal int Hash { get; }

    /// <summary>Names one label below.</summary>
    internal int Children { get; }

    /// <summary>Whether <c>*</c> is one of <see cref="Children"/>.</summary>
    internal bool HasWildcard { get; }

    /// <summary>The next node of the same bucket; the table's business.</summary>
    internal ZoneNode? Next { get; set; }

    public bool TryFind(RecordType type, out RecordSetView set) => RecordSets.TryFind(Packed, type, out set);

    internal ZoneNode Copy() => new(this, Children, HasWildcard);

    internal ZoneNode WithChildren(int children, bool hasWildcard) => new(this, children, hasWildcard);
}
