using System.Globalization;
using HomeCloud.Net.Presentation;
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
        return $"{owner} {record.Ttl} IN {TypeText(record.Type)} {RecordDataText.Format(message, record.Type, record.DataOffset, record.DataLength)}";
    }

    private static string NameAt(ReadOnlySpan<byte> message, int offset)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var reader = new MessageReader(message, offset);
        return reader.TryReadName(name, out var length) ? DnsName.ToText(name[..length]) : "?";
    }

    // A denial of the whole name has no type.
    private static string TypeText(RecordType type) => type == RecordType.None ? "*" : RecordGrammar.TypeText(type);
}
