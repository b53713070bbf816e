using System.Globalization;
using System.Text;
using HomeCloud.Net.Localization;

namespace HomeCloud.Tests.Net.Localization;

/// <summary>The holes of a catalogue's texts: a translation fills the same ones.</summary>
internal static class CatalogueHoles
{
    /// <returns>The English texts whose translation has other holes, or is no composite format.</returns>
    public static IEnumerable<string> Wrong(Catalogue catalogue) =>
        from pair in catalogue.Texts
        where Of(pair.Key) is not { } holes || Of(pair.Value)?.SetEquals(holes) != true
        select pair.Key;

    /// <summary>A composite format tells what is wrong with a text, but not which holes it has.</summary>
    private static HashSet<int>? Of(string text)
    {
        try
        {
            _ = CompositeFormat.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }

        var holes = new HashSet<int>();
        for (var at = text.IndexOf('{', StringComparison.Ordinal); at >= 0 && at + 1 < text.Length; at = text.IndexOf('{', at))
        {
            if (text[at + 1] == '{')
            {
                at += 2;
                continue;
            }

            var end = text.AsSpan(++at).IndexOfAnyExceptInRange('0', '9');
            holes.Add(int.Parse(text.AsSpan(at, end), NumberStyles.None, CultureInfo.InvariantCulture));
            at += end;
        }

        return holes;
    }
}
