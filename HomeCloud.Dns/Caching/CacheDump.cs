using System.Globalization;
using System.Net;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Caching;

/// <summary>The cache as text for a person: one line a response, its records indented below it in presentation form.</summary>
public static class CacheDump
{
    /// <param name="writer">Receives the lines.</param>
    /// <param name="cache">What to show.</param>
    /// <param name="now">Milliseconds of the clock that the responses were stored by.</param>
    /// <param name="ancestor">Folded: only this name and what is below it; null shows all.</param>
    public static void WriteTo(TextWriter writer, AnswerCache cache, long now, byte[]? ancestor = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(cache);
        var responses = cache.Snapshot();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"; {responses.Count} responses, {cache.Bytes} of {cache.Options.MaxBytes} octets"));
        foreach (var response in responses.OrderBy(response => DnsName.ToText(response.Name), StringComparer.Ordinal).ThenBy(response => response.Type))
        {
            if (now >= response.UselessAt || (ancestor is not null && !DnsName.IsAtOrBelow(response.Name, ancestor)))
                continue;
            WriteOne(writer, response, now);
        }
    }

    private static void WriteOne(TextWriter writer, CachedResponse response, long now)
    {
        var left = (response.ExpiresAt - now) / 1_000;
        var state = left > 0 ? $"{left} s left" : $"stale for {-left} s";
        var variant = response.Variant == QuestionVariant.None ? "" : $", {response.Variant}";
        writer.WriteLine($"{DnsName.ToText(response.Name)} {TypeText(response.Type)} ; {response.Code}, {state}, {response.Size} octets{variant}");
        var reader = new MessageReader(response.Message, response.QuestionEnd);
        var records = MessageHeader.AnswerCount(response.Message) + MessageHeader.AuthorityCount(response.Message) + MessageHeader.AdditionalCount(response.Message);
        for (var i = 0; i < records && reader.TryReadRecord(out var record); i++)
            writer.WriteLine($"    {RecordLine(response.Message, record)}");
    }

    private static string RecordLine(ReadOnlySpan<byte> message, RecordView record)
    {
        var owner = NameAt(message, record.NameOffset);
        return $"{owner} {record.Ttl} IN {TypeText(record.Type)} {DataText(message, record)}";
    }

    private static string DataText(ReadOnlySpan<byte> message, RecordView record)
    {
        var data = message.Slice(record.DataOffset, record.DataLength);
        return record.Type switch
        {
            RecordType.A when data.Length == 4 => new IPAddress(data).ToString(),
            RecordType.Aaaa when data.Length == 16 => new IPAddress(data).ToString(),
            RecordType.Cname or RecordType.Ns or RecordType.Ptr or RecordType.Dname => NameAt(message, record.DataOffset),
            RecordType.Mx when data.Length > 2 => $"{(data[0] << 8) | data[1]} {NameAt(message, record.DataOffset + 2)}",
            RecordType.Txt => TextStrings(data),

            // RFC 3597 §5: any RDATA can be written so.
            _ => $"\\# {data.Length} {Convert.ToHexStringLower(data)}".TrimEnd(),
        };
    }

    private static string NameAt(ReadOnlySpan<byte> message, int offset)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var reader = new MessageReader(message, offset);
        return reader.TryReadName(name, out var length) ? DnsName.ToText(name[..length]) : "?";
    }

    // What came from outside goes to a user's terminal: nothing but printable ASCII as it is.
    private static string TextStrings(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        for (var position = 0; position < data.Length; position += data[position] + 1)
        {
            text.Append(text.Length > 0 ? " \"" : "\"");
            foreach (var octet in data[(position + 1)..Math.Min(data.Length, position + 1 + data[position])])
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

        return text.ToString();
    }

    // A denial of the whole name has no type.
    private static string TypeText(RecordType type) => type == RecordType.None ? "*" : Enum.IsDefined(type) ? type.ToString().ToUpperInvariant() : $"TYPE{(ushort)type}";
}
