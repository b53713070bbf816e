using System.Text;

namespace HomeCloud.Net.Localization;

/// <summary>Texts on a terminal, where a Japanese character is two cells wide (UAX #11). Pure.</summary>
public static class CellText
{
    /// <summary>What never begins a line (JIS X 4051, kinsoku).</summary>
    private const string Trailing = "、。，．・：；？！）］｝」』】〉》〕々ー…〜ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ):?!,.]%";

    /// <summary>What never ends one.</summary>
    private const string Leading = "（［｛「『【〈《〔([";

    public static int Width(string text) => text.Sum(Width);

    /// <returns>The text, cut to at most <paramref name="width"/> cells, with … where something is missing.</returns>
    public static string Cut(string text, int width)
    {
        if (Width(text) <= width)
            return text;
        var cut = new StringBuilder();
        var left = width - 1;
        foreach (var c in text.TakeWhile(c => (left -= Width(c)) >= 0))
            cut.Append(c);
        return cut.Append('…').ToString();
    }

    public static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    /// <summary>Lines of at most <paramref name="width"/> cells: a Latin word breaks only when it is wider than a line, Japanese wherever its rules allow.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        var used = 0;
        foreach (var piece in Pieces(text))
        {
            var cells = Width(piece.TrimEnd());
            if (used > 0 && used + cells > width)
            {
                yield return line.ToString().TrimEnd();
                line.Clear();
                used = 0;
            }

            line.Append(piece);
            used += Width(piece);
        }

        if (line.Length > 0)
            yield return line.ToString().TrimEnd();
    }

    private static int Width(char c) => c is (>= '\u1100' and <= '\u115f') or (>= '\u2e80' and <= '\ua4cf') or (>= '\uac00' and <= '\ud7a3')
        or (>= '\uf900' and <= '\ufaff') or (>= '\ufe30' and <= '\ufe6f') or (>= '\uff00' and <= '\uff60') or (>= '\uffe0' and <= '\uffe6') ? 2 : 1;

    /// <summary>Parts between which a line may break, each with what must stay with it.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            var (before, after) = (text[i - 1], text[i]);
            var breaks = before == ' ' || Width(after) == 2 || Width(before) == 2;
            // Behind a space, .ssh and :ro are the beginning of a word.
            var stays = after == ' ' || (Trailing.Contains(after, StringComparison.Ordinal) && (before != ' ' || Width(after) == 2)) || Leading.Contains(before, StringComparison.Ordinal);
            if (breaks && !stays)
            {
                yield return text[start..i];
                start = i;
            }
        }

        if (start < text.Length)
            yield return text[start..];
    }
}
