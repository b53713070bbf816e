using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Naming;

/// <summary>
/// The one rule that makes a name out of any text: letters, digits and hyphens (RFC 1123 §2.1), 1 to 63 a label,
/// other scripts as A-labels (RFC 5890). Works on what the outside sends; never throws.
/// </summary>
public static class NameMaker
{
    public const int MaximumLabel = NameRules.MaxLabelLength;

    /// <summary>Two less than the registry takes, for the <c>*.</c> of a wildcard.</summary>
    public const int MaximumName = NameRules.MaxNameLength - 2;

    private const int HashLength = 8;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    /// <param name="text">Anything; dots separate labels.</param>
    /// <param name="zones">A text that ends with one of these is taken as a full name.</param>
    /// <param name="name">Relative name in lower case.</param>
    /// <returns>False when no letter and no digit is left.</returns>
    public static bool TryNormalize(string? text, IEnumerable<string> zones, [NotNullWhen(true)] out string? name)
    {
        var lower = WithoutZone((text ?? "").Trim().TrimEnd('.').ToLowerInvariant(), zones);
        var labels = lower.Split('.').Select(Label).Where(label => label.Length > 0).ToArray();
        name = string.Join('.', labels);
        if (name.Length > MaximumName)
            name = Shorten(name.Replace('.', '-'), lower);
        return name.Length > 0;
    }

    /// <summary>A full name relative to the first of the zones that it lies in; any other text as it is.</summary>
    public static string WithoutZone(string lower, IEnumerable<string> zones)
    {
        var zone = zones.FirstOrDefault(zone => lower.Length > zone.Length + 1 && lower.EndsWith("." + zone, StringComparison.Ordinal));
        return zone is null ? lower : lower[..^(zone.Length + 1)];
    }

    /// <summary>As <see cref="TryNormalize"/>, but dots do not separate: the result is one label.</summary>
    public static bool TryNormalizeLabel(string? text, [NotNullWhen(true)] out string? label)
    {
        label = Label((text ?? "").ToLowerInvariant());
        return label.Length > 0;
    }

    /// <summary><c>web</c> becomes <c>web-2</c>, <c>web.shop</c> becomes <c>web-2.shop</c>; cut where that would be too long.</summary>
    public static string WithNumber(string name, int number)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"-{number}");
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (first, rest) = dot < 0 ? (name, "") : (name[..dot], name[dot..]);
        var room = MaximumLabel - suffix.Length;
        return (first.Length > room ? first[..room].TrimEnd('-') : first) + suffix + rest;
    }

    private static string Label(string text)
    {
        var kept = new StringBuilder(text.Length);
        var gap = false;
        var ascii = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsKept(rune))
            {
                gap = true;
                continue;
            }

            if (gap && kept.Length > 0)
                kept.Append('-');
            gap = false;
            ascii &= rune.IsAscii;
            kept.Append(rune.ToString());
        }

        var label = kept.ToString().Trim('-');
        if (!ascii)
            label = ToAscii(label) ?? new string([.. label.Where(char.IsAscii)]).Trim('-');
        return label.Length > MaximumLabel ? Shorten(label, text) : label;
    }

    private static bool IsKept(Rune rune) => rune.IsAscii
        ? rune.Value == '-' || char.IsAsciiLetterOrDigit((char)rune.Value)
        : Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string? ToAscii(string label)
    {
        try
        {
            return Idn.GetAscii(label);
        }
        catch (ArgumentException)
        {
            // IdnMapping has no Try: too long as an A-label, or letters that may not stand together.
            return null;
        }
    }

    /// <summary>The beginning, and a hash of the whole so that two long names stay two.</summary>
    private static string Shorten(string label, string original)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(original)))[..HashLength];
        return label[..Math.Min(label.Length, MaximumLabel - HashLength - 1)].TrimEnd('-') + "-" + hash;
    }
}
