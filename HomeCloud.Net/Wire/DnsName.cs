using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>
/// Names in wire form, uncompressed, the root's zero octet included (RFC 1035 §3.1). All functions work on
/// spans and allocate nothing. "Folded" means that the letters A–Z are lower case (RFC 4343): length octets
/// are at most 63 and so never look like a letter, which lets folding treat a whole name as plain octets.
/// </summary>
public static class DnsName
{
    /// <summary>Octets of the longest name, RFC 1035 §2.3.4.</summary>
    public const int MaxLength = 255;

    /// <summary>Octets of the longest label, without its length octet.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>Labels of the deepest name: 127 of one octet each, without the root.</summary>
    public const int MaxLabels = 127;

    public static ReadOnlySpan<byte> Root => [0];

    /// <summary>Octets of the name at the start of <paramref name="wire"/>, or 0 when it is cut off, too long, or holds a compression pointer.</summary>
    public static int Measure(ReadOnlySpan<byte> wire)
    {
        var position = 0;
        while ((uint)position < (uint)wire.Length)
        {
            int length = wire[position];
            if (length == 0)
                return position + 1;
            if (length > MaxLabelLength)
                return 0;
            position += length + 1;
            if (position >= MaxLength)
                return 0;
        }

        return 0;
    }

    /// <summary>Labels of a valid name, without the root.</summary>
    public static int CountLabels(ReadOnlySpan<byte> name)
    {
        var count = 0;
        for (var position = 0; name[position] != 0; position += name[position] + 1)
            count++;
        return count;
    }

    /// <summary>The first label of a valid name, without its length octet; empty for the root.</summary>
    public static ReadOnlySpan<byte> FirstLabel(ReadOnlySpan<byte> name) => name.Slice(1, name[0]);

    /// <summary>The name without its first label; the root is its own parent.</summary>
    public static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> name) => name[0] == 0 ? name : name[(name[0] + 1)..];

    /// <summary>Whether both folded names are valid and <paramref name="name"/> equals <paramref name="ancestor"/> or lies below it.</summary>
    public static bool IsAtOrBelow(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ancestor)
    {
        var start = name.Length - ancestor.Length;
        if (start < 0 || !name[start..].SequenceEqual(ancestor))
            return false;

        // The same octets may also appear inside a label: only a label boundary counts.
        var position = 0;
        while (position < start)
            position += name[position] + 1;
        return position == start;
    }

    /// <summary>Lower-cases A–Z in place.</summary>
    public static void Fold(Span<byte> name) => Fold(name, name);

    /// <summary>Copies <paramref name="source"/> to the start of <paramref name="destination"/> with A–Z in lower case.</summary>
    public static void Fold(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        destination = destination[..source.Length];
        var i = 0;
        for (; i + 8 <= source.Length; i += 8)
        {
            var octets = BinaryPrimitives.ReadUInt64LittleEndian(source[i..]);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[i..], FoldEight(octets));
        }

        for (; i < source.Length; i++)
        {
            var octet = source[i];
            destination[i] = (uint)(octet - 'A') <= 'Z' - 'A' ? (byte)(octet | 0x20) : octet;
        }
    }

    /// <summary>Equality without regard to ASCII case, RFC 4343.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && FoldOne(left[i]) != FoldOne(right[i]))
                return false;
        }

        return true;
    }

    /// <summary>A keyed hash of folded octets. The key is drawn at start, so that nobody outside can choose names that collide.</summary>
    public static int Hash(ReadOnlySpan<byte> folded) => NameHash.Compute(folded);

    /// <summary>Reads presentation form (RFC 1035 §5.1, with \X and \DDD), with or without the final dot, into wire form. Case is kept.</summary>
    /// <returns>False for an empty label, a label over 63 octets, a name over 255, a bad escape or a character outside ASCII.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> wire, out int length) => NameText.TryParse(text, wire, out length);

    /// <summary>Presentation form of a valid name, with the final dot; octets outside printable ASCII as \DDD.</summary>
    public static string ToText(ReadOnlySpan<byte> name) => NameText.Format(name);

    /// <summary>Wire form of a name that is known to be good, such as a constant.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static byte[] Parse(ReadOnlySpan<char> text)
    {
        Span<byte> wire = stackalloc byte[MaxLength];
        return TryParse(text, wire, out var length)
            ? wire[..length].ToArray()
            : throw new FormatException($"'{text}' is not a DNS name: labels have 1 to 63 octets and the whole name at most 255.");
    }

    /// <summary>Wire form of a name from outside, folded.</summary>
    /// <returns>Null when it is none: see <see cref="TryParse"/>.</returns>
    public static byte[]? ParseFolded(ReadOnlySpan<char> text)
    {
        Span<byte> wire = stackalloc byte[MaxLength];
        if (!TryParse(text, wire, out var length))
            return null;
        Fold(wire[..length]);
        return wire[..length].ToArray();
    }

    private static byte FoldOne(byte octet) => (uint)(octet - 'A') <= 'Z' - 'A' ? (byte)(octet | 0x20) : octet;

    // Eight octets at once. Adding moves "at least 'A'" and "beyond 'Z'" into the top bit of each octet's low seven
    // bits; where just the first holds, and the octet is ASCII, bit 0x20 is set.
    private static ulong FoldEight(ulong octets)
    {
        const ulong Low = 0x7F7F_7F7F_7F7F_7F7F;
        const ulong Top = 0x8080_8080_8080_8080;
        var seven = octets & Low;
        var atLeastA = seven + 0x3F3F_3F3F_3F3F_3F3F;
        var beyondZ = seven + 0x2525_2525_2525_2525;
        var upper = (atLeastA ^ beyondZ) & ~octets & Top;
        return octets | (upper >> 2);
    }
}
