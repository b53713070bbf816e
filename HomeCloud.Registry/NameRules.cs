namespace HomeCloud.Registry;

/// <summary>
/// What a registry name looks like: labels of lower-case letters, digits, hyphens and underscores (RFC 952, RFC 1123 §2.1,
/// underscores as RFC 8552 uses them), 1 to 63 octets each (RFC 1035 §2.3.4), joined by single dots, relative to the zone.
/// A wildcard (RFC 4592) is a whole leftmost label. Every writer asks here, so that readers need not doubt what they follow.
/// </summary>
public static class NameRules
{
    public const int MaxLabelLength = 63;

    /// <summary>Leaves 53 of the 253 octets of a name in text form to the zone.</summary>
    public const int MaxNameLength = 200;

    public const int MaxOwnerLength = 64;

    public static bool IsValid(ReadOnlySpan<char> name) => Check(name) is null;

    /// <summary>Null when the name is valid, else what is wrong with it, as the end of a sentence about the name.</summary>
    public static string? Check(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
            return "is empty";
        if (name.Length > MaxNameLength)
            return $"has {name.Length} characters; at most {MaxNameLength} are allowed";

        var leftmost = true;
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (CheckLabel(label, leftmost) is { } problem)
                return problem;
            leftmost = false;
        }

        return null;
    }

    /// <summary>Null when <paramref name="owner"/> can own records, else what is wrong with it.</summary>
    public static string? CheckOwner(ReadOnlySpan<char> owner)
    {
        if (owner.IsEmpty)
            return "is empty";
        if (owner.Length > MaxOwnerLength)
            return $"has {owner.Length} characters; at most {MaxOwnerLength} are allowed";
        foreach (var c in owner)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return "may hold only letters, digits, '-', '_' and '.'";
        }

        return null;
    }

    private static string? CheckLabel(ReadOnlySpan<char> label, bool leftmost)
    {
        if (label.IsEmpty)
            return "has an empty label (two dots in a row, or a dot at an end)";
        if (label.Length > MaxLabelLength)
            return $"has a label of {label.Length} characters; at most {MaxLabelLength} are allowed";
        if (label is "*")
            return leftmost ? null : "has a wildcard that is not its leftmost label";
        if (label[0] == '-' || label[^1] == '-')
            return "has a label that begins or ends with a hyphen";
        foreach (var c in label)
        {
            if (char.IsAsciiLetterUpper(c))
                return "has upper-case letters; use lower case";
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '_'))
                return "may hold only letters, digits, hyphens and underscores";
        }

        return null;
    }
}
