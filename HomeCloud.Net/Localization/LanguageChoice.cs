using System.Globalization;

namespace HomeCloud.Net.Localization;

/// <summary>Which of several languages a reader prefers.</summary>
public static class LanguageChoice
{
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>By the header Accept-Language (RFC 9110 §12.5.4): the range with the highest weight that one of <paramref name="languages"/> matches.</summary>
    /// <returns>The language, or the first of <paramref name="languages"/>.</returns>
    public static string ByAcceptLanguage(string? header, IReadOnlyList<string> languages)
    {
        var best = languages[0];
        var highest = 0.0;
        foreach (var range in (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var weight = parts.Length == 1 ? 1 : parts[1].StartsWith("q=", StringComparison.OrdinalIgnoreCase)
                && double.TryParse(parts[1].AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var read) ? read : 0;
            if (weight > highest && Matching(parts[0], '-', languages) is { } language)
                (best, highest) = (language, weight);
        }

        return best;
    }

    /// <summary>
    /// By the locale variables of POSIX (XBD 8.2): the first of LC_ALL, LC_MESSAGES and LANG that is set decides, after <paramref name="own"/>.
    /// On the text console of Linux, which has 512 glyphs, only <paramref name="own"/> chooses another language than the first.
    /// </summary>
    /// <param name="variable">Reads one.</param>
    /// <param name="languages">To choose from.</param>
    /// <param name="own">A program's own variable, which comes before them.</param>
    /// <returns>The language, or the first of <paramref name="languages"/>.</returns>
    public static string ByEnvironment(Func<string, string?> variable, IReadOnlyList<string> languages, params string[] own)
    {
        var names = variable("TERM") == "linux" ? own : own.Concat(LocaleVariables);
        var locale = names.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return Matching(locale ?? "", '_', languages) ?? languages[0];
    }

    private static string? Matching(string tag, char separator, IReadOnlyList<string> languages)
    {
        var primary = tag.Split(separator, '.', '@')[0];
        return languages.FirstOrDefault(language => language.Equals(primary, StringComparison.OrdinalIgnoreCase));
    }
}
