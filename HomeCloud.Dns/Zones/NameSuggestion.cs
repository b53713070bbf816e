namespace HomeCloud.Dns.Zones;

/// <summary>
/// Finds an existing name one slip of the keyboard away in the first label: a character too many, too few, wrong, or two
/// swapped; or the name without its first label. Tries spellings instead of scanning names, so the cost depends on the
/// length of the label only, and nothing is allocated.
/// </summary>
public static class NameSuggestion
{
    private static ReadOnlySpan<byte> Alphabet => "abcdefghijklmnopqrstuvwxyz0123456789-"u8;

    /// <param name="names">Where to look.</param>
    /// <param name="relative">A folded relative name that does not exist.</param>
    /// <param name="suggestion">At least 255 octets; receives the name found.</param>
    /// <param name="length">Octets of it.</param>
    public static bool TryFind(NameTable names, ReadOnlySpan<byte> relative, Span<byte> suggestion, out int length)
    {
        length = 0;
        if (relative.IsEmpty || relative.Length > 250)
            return false;
        int size = relative[0];
        var label = relative.Slice(1, size);
        var rest = relative[(1 + size)..];

        if (TrySwaps(names, label, rest, suggestion, out length)
            || TryDeletions(names, label, rest, suggestion, out length)
            || TryReplacements(names, label, rest, suggestion, out length)
            || TryInsertions(names, label, rest, suggestion, out length))
        {
            return true;
        }

        rest.CopyTo(suggestion);
        length = rest.Length;
        return !rest.IsEmpty && IsName(names, rest);
    }

    private static bool TrySwaps(NameTable names, ReadOnlySpan<byte> label, ReadOnlySpan<byte> rest, Span<byte> candidate, out int length)
    {
        length = Compose(candidate, label.Length, rest);
        label.CopyTo(candidate[1..]);
        for (var i = 1; i < label.Length; i++)
        {
            if (label[i - 1] == label[i])
                continue;
            (candidate[i], candidate[i + 1]) = (label[i], label[i - 1]);
            if (IsName(names, candidate[..length]))
                return true;
            (candidate[i], candidate[i + 1]) = (label[i - 1], label[i]);
        }

        return false;
    }

    private static bool TryDeletions(NameTable names, ReadOnlySpan<byte> label, ReadOnlySpan<byte> rest, Span<byte> candidate, out int length)
    {
        length = 0;
        if (label.Length < 2)
            return false;
        length = Compose(candidate, label.Length - 1, rest);
        for (var i = 0; i < label.Length; i++)
        {
            label[..i].CopyTo(candidate[1..]);
            label[(i + 1)..].CopyTo(candidate[(1 + i)..]);
            if (IsName(names, candidate[..length]))
                return true;
        }

        return false;
    }

    private static bool TryReplacements(NameTable names, ReadOnlySpan<byte> label, ReadOnlySpan<byte> rest, Span<byte> candidate, out int length)
    {
        length = Compose(candidate, label.Length, rest);

        // Of a name with one or two characters everything is a neighbour.
        if (label.Length < 3)
            return false;
        label.CopyTo(candidate[1..]);
        for (var i = 0; i < label.Length; i++)
        {
            foreach (var character in Alphabet)
            {
                candidate[1 + i] = character;
                if (IsName(names, candidate[..length]))
                    return true;
            }

            candidate[1 + i] = label[i];
        }

        return false;
    }

    private static bool TryInsertions(NameTable names, ReadOnlySpan<byte> label, ReadOnlySpan<byte> rest, Span<byte> candidate, out int length)
    {
        length = 0;
        if (label.Length is < 2 or > 62)
            return false;
        length = Compose(candidate, label.Length + 1, rest);
        for (var i = 0; i <= label.Length; i++)
        {
            label[..i].CopyTo(candidate[1..]);
            label[i..].CopyTo(candidate[(2 + i)..]);
            foreach (var character in Alphabet)
            {
                candidate[1 + i] = character;
                if (IsName(names, candidate[..length]))
                    return true;
            }
        }

        return false;
    }

    private static int Compose(Span<byte> candidate, int labelLength, ReadOnlySpan<byte> rest)
    {
        candidate[0] = (byte)labelLength;
        rest.CopyTo(candidate[(1 + labelLength)..]);
        return 1 + labelLength + rest.Length;
    }

    private static bool IsName(NameTable names, ReadOnlySpan<byte> relative) =>
        names.TryGet(relative, out var node) && node.Kind is NodeKind.Name or NodeKind.Sleeping;
}
