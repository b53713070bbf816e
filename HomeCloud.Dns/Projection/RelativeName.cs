using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Projection;

/// <summary>Registry names as zone tables want them: folded wire labels without the root.</summary>
internal static class RelativeName
{
    /// <param name="text">Relative name, as in the registry.</param>
    /// <param name="originLength">Octets of the longest zone origin: name and origin together must stay within 255.</param>
    /// <param name="buffer">255 octets.</param>
    /// <param name="relative">The labels, in <paramref name="buffer"/>.</param>
    public static bool TryParse(string text, int originLength, Span<byte> buffer, out ReadOnlySpan<byte> relative)
    {
        relative = default;
        if (text.EndsWith('.') || !DnsName.TryParse(text, buffer, out var length) || length - 1 + originLength > DnsName.MaxLength || length == 1)
            return false;
        DnsName.Fold(buffer[..length]);
        relative = buffer[..(length - 1)];
        return true;
    }

    /// <summary>The first label of <paramref name="text"/> made valid: lower case, with anything odd as a hyphen; null when nothing is left.</summary>
    public static string? ToLabel(string text)
    {
        Span<char> label = stackalloc char[DnsName.MaxLabelLength];
        var length = 0;
        foreach (var character in text)
        {
            if (character == '.' || length == label.Length)
                break;
            label[length++] = char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-';
        }

        var trimmed = label[..length].Trim('-');
        return trimmed.IsEmpty ? null : trimmed.ToString();
    }
}
