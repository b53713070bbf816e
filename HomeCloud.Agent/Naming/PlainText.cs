namespace HomeCloud.Agent.Naming;

/// <summary>
/// Foreign text made fit for a TXT record, an explanation, a log line, a page or a terminal: printable, in reading order, and
/// not endless. A terminal obeys control characters; characters that turn the direction of writing show a text as what it is not.
/// </summary>
public static class PlainText
{
    private const char Instead = '?';

    public static string From(string text, int maximum)
    {
        var plain = string.Create(Math.Min(text.Length, maximum), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = IsPlain(source[i]) && !char.IsSurrogate(source[i]) ? source[i] : Instead;
        });
        return text.Length > maximum ? plain[..^3] + "..." : plain;
    }

    /// <summary>Of several lines, each by itself.</summary>
    public static string Lines(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = source[i] == '\n' || IsPlain(source[i]) ? source[i] : Instead;
    });

    /// <summary>Neither a control character nor one of those that order text or break lines (UAX #9 §2, UAX #14 class BK).</summary>
    private static bool IsPlain(char c) =>
        !char.IsControl(c) && c is not ('\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));
}
