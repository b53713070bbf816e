using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// Everything at one owner name, in one array: a header, the name, the RRsets, the explanation. Finding a name among very
/// many and copying its answer then touches one place in memory, of one or two cache lines. A change of content puts another
/// node in its place.
/// </summary>
public readonly struct ZoneNode
{
    // Children (4 octets), length of the explanation (2), length of the name (1), kind and whether there is a wildcard (1).
    private const int HeaderSize = 8;
    private const int ExplanationLengthAt = 4;
    private const int NameLengthAt = 6;
    private const int KindAt = 7;
    private const byte WildcardFlag = 0x80;

    private readonly byte[] _octets;

    internal ZoneNode(ReadOnlySpan<byte> name, in NodeContent content)
    {
        var octets = new byte[HeaderSize + name.Length + content.RecordSets.Length + content.Explanation.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(ExplanationLengthAt), (ushort)content.Explanation.Length);
        octets[NameLengthAt] = (byte)name.Length;
        octets[KindAt] = (byte)content.Kind;
        var rest = octets.AsSpan(HeaderSize);
        name.CopyTo(rest);
        content.RecordSets.Span.CopyTo(rest[name.Length..]);
        content.Explanation.Span.CopyTo(rest[^content.Explanation.Length..]);
        _octets = octets;
    }

    internal ZoneNode(byte[] octets) => _octets = octets;

    /// <summary>The name relative to the zone: folded labels without the root.</summary>
    public ReadOnlySpan<byte> Name => _octets.AsSpan(HeaderSize, _octets[NameLengthAt]);

    /// <summary>Why the name has no address; says nothing when there is no reason.</summary>
    public NodeExplanation Explanation => new(_octets.AsSpan(_octets.Length - ExplanationLength));

    public NodeKind Kind => (NodeKind)(_octets[KindAt] & ~WildcardFlag);

    /// <summary>Packed RRsets, for those that walk all of them.</summary>
    internal ReadOnlySpan<byte> Packed => _octets.AsSpan((HeaderSize + _octets[NameLengthAt])..^ExplanationLength);

    /// <summary>What a table stores of a node.</summary>
    internal byte[] Octets => _octets;

    /// <summary>Names one label below. Only the writer of a table reads or sets it.</summary>
    internal int Children
    {
        get => BinaryPrimitives.ReadInt32LittleEndian(_octets);
        set => BinaryPrimitives.WriteInt32LittleEndian(_octets, value);
    }

    /// <summary>
    /// Whether <c>*</c> is one of <see cref="Children"/>. Set in place, beside readers: those look the wildcard up itself and
    /// see it or not.
    /// </summary>
    internal bool HasWildcard
    {
        get => (_octets[KindAt] & WildcardFlag) != 0;
        set => _octets[KindAt] = (byte)((byte)Kind | (value ? WildcardFlag : 0));
    }

    private int ExplanationLength => BinaryPrimitives.ReadUInt16LittleEndian(_octets.AsSpan(ExplanationLengthAt));

    public bool TryFind(RecordType type, out RecordSetView set) => RecordSets.TryFind(Packed, type, out set);
}
