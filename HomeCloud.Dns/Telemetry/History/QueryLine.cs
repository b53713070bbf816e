using System.Buffers.Text;
using System.Globalization;
using System.Text;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Dns.Telemetry.History;

/// <summary>
/// One kept query: Unix time in milliseconds, client, name, type, answer, source, tenths of a millisecond, with tabs between. What
/// is searched is compared as octets: no line is made to text that is not shown.
/// </summary>
internal static class QueryLine
{
    /// <summary>A name of 255 octets, each escaped, has 1,020 characters.</summary>
    public const int Longest = 4096;

    private const int Fields = 7;

    public static byte[] Format(DnsQueryView query, bool withClient) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{query.At.ToUnixTimeMilliseconds()}\t{(withClient ? Clean(query.Client) : "-")}\t{Clean(query.Name).ToLowerInvariant()}\t{Clean(query.Type)}\t{Clean(query.Answer)}\t{Clean(query.Source)}\t{(long)Math.Round(query.Milliseconds * 10)}\n"));

    /// <summary>Where the fields of a line are; false when it is none of ours.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, Span<Range> fields, out long milliseconds)
    {
        milliseconds = 0;
        return line.Length <= Longest && Split(line, fields) == Fields
            && Utf8Parser.TryParse(line[fields[0]], out milliseconds, out var used) && used == line[fields[0]].Length
            && milliseconds is >= 0 and < 253_402_300_799_000;
    }

    public static DnsQueryView? Parse(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields, long milliseconds) =>
        Utf8Parser.TryParse(line[fields[6]], out long tenths, out _)
            ? new DnsQueryView(
                DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), Text(line[fields[1]]), Text(line[fields[2]]), Text(line[fields[3]]), Text(line[fields[4]]), Text(line[fields[5]]), tenths / 10.0)
            : null;

    private static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var (count, begin) = (0, 0);
        for (var i = 0; i <= line.Length && count < fields.Length; i++)
        {
            if (i < line.Length && line[i] != '\t')
                continue;
            fields[count++] = begin..i;
            begin = i + 1;
        }

        return count;
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field);

    // Names come escaped; no other field may break a line either.
    private static string Clean(string text) => text.AsSpan().ContainsAny('\t', '\n', '\r') ? text.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ') : text;
}

/// <summary>A search as octets.</summary>
internal sealed class QueryPattern(QuerySearch search)
{
    private readonly byte[] _text = Octets(search.Text?.ToLowerInvariant());
    private readonly byte[] _client = Octets(search.Client?.ToLowerInvariant());
    private readonly byte[] _answer = Octets(search.Answer?.ToUpperInvariant());
    private readonly byte[] _source = Octets(search.Source?.ToLowerInvariant());
    private readonly byte[][] _named = [.. (search.Named ?? []).Select(Octets)];

    /// <summary>Whether a query meets all conditions but <see cref="QuerySearch.Before"/>.</summary>
    public bool Matches(DnsQueryView query) => Matches(QueryLine.Format(query, withClient: true).AsSpan()[..^1]);

    public bool Matches(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[8];
        return QueryLine.TrySplit(line, fields, out _) && Matches(line, fields);
    }

    public bool Matches(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields) =>
        (_text.Length == 0 || line[fields[2]].IndexOf(_text) >= 0 || line[fields[1]].IndexOf(_text) >= 0 || IsNamed(line[fields[1]]))
        && (_client.Length == 0 || line[fields[1]].SequenceEqual(_client))
        && (_answer.Length == 0 || (_answer.AsSpan().SequenceEqual("FAILED"u8) ? IsError(line[fields[4]]) : line[fields[4]].SequenceEqual(_answer)))
        && line[fields[5]].StartsWith(_source);

    private bool IsNamed(ReadOnlySpan<byte> client)
    {
        foreach (var one in _named)
        {
            if (client.SequenceEqual(one))
                return true;
        }

        return false;
    }

    private static bool IsError(ReadOnlySpan<byte> answer) => !answer.SequenceEqual("NOERROR"u8) && !answer.SequenceEqual("NXDOMAIN"u8);

    private static byte[] Octets(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
