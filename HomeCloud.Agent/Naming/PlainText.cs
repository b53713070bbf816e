namespace HomeCloud.Agent.Naming;

/// <summary>Foreign text made fit for a TXT record, an explanation or a log line: printable, and not endless.</summary>
internal static class PlainText
{
    public static string From(string text, int maximum)
    {
        var plain = string.Create(Math.Min(text.Length, maximum), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
        });
        return text.Length > maximum ? plain[..^3] + "..." : plain;
    }
}
