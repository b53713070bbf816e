using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Net.Presentation;

/// <summary>RDATA as text, in the form that <see cref="RecordDataParser"/> reads. What comes from outside may go to a terminal: all is printable ASCII.</summary>
public static class RecordDataText
{
    private static readonly SearchValues<byte> TagOctets = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <param name="message">Where the record stands; names in it may be compressed.</param>
    /// <param name="type">Of the record.</param>
    /// <param name="offset">Where RDATA begins.</param>
    /// <param name="length">Octets of RDATA.</param>
    public static string Format(ReadOnlySpan<byte> message, RecordType type, int offset, int length)
    {
        var text = new StringBuilder();
        return TryFormat(message, type, offset, length, mayPoint: true, text)
            ? text.ToString()
            : $"\\# {length} {Convert.ToHexStringLower(message.Slice(offset, length))}".TrimEnd(); // RFC 3597 §5: any RDATA can be written so
    }

    /// <summary>RDATA by itself, without compression.</summary>
    public static string Format(RecordType type, ReadOnlySpan<byte> data) => Format(data, type, 0, data.Length);

    /// <summary>Whether octets can be RDATA of a type that we know, without compression.</summary>
    public static bool IsValid(RecordType type, ReadOnlySpan<byte> data) => TryFormat(data, type, 0, data.Length, mayPoint: false, new StringBuilder());

    /// <summary>A character string in quotes.</summary>
    internal static void AppendQuoted(StringBuilder text, ReadOnlySpan<byte> octets)
    {
        text.Append('"');
        foreach (var octet in octets)
        {
            if (octet is (byte)'"' or (byte)'\\')
                text.Append('\\').Append((char)octet);
            else if (octet is >= 0x20 and < 0x7F)
                text.Append((char)octet);
            else
                text.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
        }

        text.Append('"');
    }

    private static bool TryFormat(ReadOnlySpan<byte> message, RecordType type, int offset, int length, bool mayPoint, StringBuilder text)
    {
        if (RecordGrammar.FieldsOf(type) is not { } fields)
            return false;
        var end = offset + length;
        foreach (var field in fields)
        {
            if (text.Length > 0 && (field is not 'p' || offset < end))
                text.Append(' ');
            if (!(field == 'n' ? TryAppendName(text, message[..end], mayPoint, ref offset) : TryAppendField(text, field, message[offset..end], ref offset)))
                return false;
        }

        return offset == end;
    }

    private static bool TryAppendName(StringBuilder text, ReadOnlySpan<byte> message, bool mayPoint, ref int offset)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var reader = new MessageReader(message, offset);
        if (!reader.TryReadName(name, out var length) || (!mayPoint && reader.Position - offset != length))
            return false;
        text.Append(DnsName.ToText(name[..length]));
        offset = reader.Position;
        return true;
    }

    private static bool TryAppendField(StringBuilder text, char field, ReadOnlySpan<byte> rest, ref int offset)
    {
        var size = field switch
        {
            '1' => 1,
            '2' => 2,
            '4' or 'T' or 'a' => 4,
            '6' => 16,
            's' or 'g' => rest.IsEmpty ? 1 : 1 + rest[0],
            _ => rest.Length,
        };
        if (size > rest.Length || (field is 't' or 'h' or 'b' && size == 0))
            return false;
        var data = rest[..size];
        offset += size;
        switch (field)
        {
            case '1':
                text.Append(data[0]);
                return true;
            case '2':
                text.Append(BinaryPrimitives.ReadUInt16BigEndian(data));
                return true;
            case '4' or 'T':
                text.Append(BinaryPrimitives.ReadUInt32BigEndian(data));
                return field == '4' || BinaryPrimitives.ReadUInt32BigEndian(data) <= TokenText.MaxTtl;
            case 'a' or '6':
                text.Append(new IPAddress(data));
                return true;
            case 's':
                AppendQuoted(text, data[1..]);
                return true;
            case 't':
                return TryAppendStrings(text, data);
            case 'g':
                text.Append(Encoding.ASCII.GetString(data[1..]));
                return data.Length > 1 && !data[1..].ContainsAnyExcept(TagOctets);
            case 'v':
                AppendQuoted(text, data);
                return true;
            case 'h':
                text.Append(Convert.ToHexString(data));
                return true;
            case 'b':
                text.Append(Convert.ToBase64String(data));
                return true;
            default:
                return ServiceParameters.TryAppend(text, data);
        }
    }

    private static bool TryAppendStrings(StringBuilder text, ReadOnlySpan<byte> data)
    {
        var position = 0;
        while (position < data.Length)
        {
            var end = position + 1 + data[position];
            if (end > data.Length)
                return false;
            if (position > 0)
                text.Append(' ');
            AppendQuoted(text, data[(position + 1)..end]);
            position = end;
        }

        return true;
    }
}
