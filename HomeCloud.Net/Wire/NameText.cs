using System.Text;

namespace HomeCloud.Net.Wire;

/// <summary>Presentation form of names, RFC 1035 §5.1.</summary>
internal static class NameText
{
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> wire, out int length)
    {
        length = 0;
        if (text is "." && !wire.IsEmpty)
        {
            wire[0] = 0;
            length = 1;
            return true;
        }

        var labelStart = 0;
        var position = 1;
        var i = 0;
        while (i < text.Length)
        {
            if (text[i] == '.')
            {
                if (!TryCloseLabel(wire, labelStart, position))
                    return false;
                labelStart = position++;
                i++;
                continue;
            }

            // One octet more must stay free for the root.
            if (!TryReadOctet(text, ref i, out var octet) || position >= wire.Length || position >= DnsName.MaxLength - 1)
                return false;
            wire[position++] = octet;
        }

        if (position == labelStart + 1)
        {
            // The text was empty, or ended in a dot that closed the last label.
            if (labelStart == 0)
                return false;
            position = labelStart;
        }
        else if (!TryCloseLabel(wire, labelStart, position))
        {
            return false;
        }

        if (position >= wire.Length || position >= DnsName.MaxLength)
            return false;
        wire[position] = 0;
        length = position + 1;
        return true;
    }

    public static string Format(ReadOnlySpan<byte> name)
    {
        if (name.Length == 0 || name[0] == 0)
            return ".";
        var text = new StringBuilder(name.Length + 8);
        while (name[0] != 0)
        {
            foreach (var octet in DnsName.FirstLabel(name))
                AppendOctet(text, octet);
            text.Append('.');
            name = DnsName.Parent(name);
        }

        return text.ToString();
    }

    private static bool TryCloseLabel(Span<byte> wire, int labelStart, int position)
    {
        var octets = position - labelStart - 1;
        if (octets is < 1 or > DnsName.MaxLabelLength || labelStart >= wire.Length)
            return false;
        wire[labelStart] = (byte)octets;
        return true;
    }

    private static bool TryReadOctet(ReadOnlySpan<char> text, ref int i, out byte octet)
    {
        octet = 0;
        var character = text[i++];
        if (character != '\\')
        {
            octet = (byte)character;
            return character < 0x80;
        }

        if (i >= text.Length)
            return false;
        if (!char.IsAsciiDigit(text[i]))
        {
            character = text[i++];
            octet = (byte)character;
            return character < 0x80;
        }

        if (i + 3 > text.Length || !char.IsAsciiDigit(text[i + 1]) || !char.IsAsciiDigit(text[i + 2]))
            return false;
        var value = ((text[i] - '0') * 100) + ((text[i + 1] - '0') * 10) + (text[i + 2] - '0');
        i += 3;
        octet = (byte)value;
        return value <= 255;
    }

    private static void AppendOctet(StringBuilder text, byte octet)
    {
        if (octet is (byte)'.' or (byte)'\\' or (byte)'"' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$')
            text.Append('\\').Append((char)octet);
        else if (octet is > 0x20 and < 0x7F)
            text.Append((char)octet);
        else
            text.Append('\\').Append(octet.ToString("D3"));
    }
}
