using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>Names as lists write them, read into folded wire form.</summary>
internal static class ListedName
{
    // What each octet is in a name: the same, folded, or 0 when it has no place there.
    private static readonly byte[] Folded = [.. Enumerable.Range(0, 256).Select(octet => Fold((char)octet))];

    /// <summary>Letters, digits, '-' and '_' in labels of 1 to 63, as all names in lists are; international ones stand there as <c>xn--</c>.</summary>
    /// <param name="text">With or without the final dot.</param>
    /// <param name="wire">Receives at most 255 octets.</param>
    /// <param name="length">Octets of the name.</param>
    /// <param name="labels">How many it has, without the root.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, Span<byte> wire, out int length, out int labels)
    {
        length = labels = 0;
        if (text is [.., (byte)'.'])
            text = text[..^1];
        if (text.Length is 0 or > DnsName.MaxLength - 2)
            return false;
        var start = 0;
        var isNumber = true;
        for (var i = 0; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet == '.')
            {
                if (i - start is 0 or > DnsName.MaxLabelLength)
                    return false;
                wire[start] = (byte)(i - start);
                start = i + 1;
                labels++;
                isNumber = true;
                continue;
            }

            var folded = Folded[octet];
            if (folded == 0)
                return false;
            isNumber &= folded is >= (byte)'0' and <= (byte)'9';
            wire[i + 1] = folded;
        }

        // No top-level domain is a number (RFC 3696 §2): that is an address.
        var last = text.Length - start;
        if (isNumber || last is 0 or > DnsName.MaxLabelLength)
            return false;
        wire[start] = (byte)last;
        wire[text.Length + 1] = 0;
        labels++;
        length = text.Length + 2;
        return true;
    }

    private static byte Fold(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? (byte)char.ToLowerInvariant(letter) : (byte)0;
}
