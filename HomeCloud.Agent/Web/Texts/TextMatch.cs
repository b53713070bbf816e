using System.Globalization;
using System.Text.RegularExpressions;

namespace HomeCloud.Agent.Web.Texts;

/// <summary>An English text with holes, and the same in another language: recognises what was made of the first. Takes time linear in the text.</summary>
internal sealed partial class TextMatch
{
    private const int ManyLetters = 12;

    private readonly string[] _parts;
    private readonly int[] _holes;
    private readonly string _own;

    /// <param name="english">With numbered holes.</param>
    /// <param name="own">The other language's.</param>
    public TextMatch(string english, string own)
    {
        (English, _own) = (english, own);
        _holes = [.. Hole().Matches(english).Select(Number)];
        _parts = [.. Hole().Replace(english, "\0").Split('\0').Select(Plain)];
        Letters = _parts.Sum(part => part.Count(char.IsLetter));
    }

    public string English { get; }

    public bool HasHoles => _holes.Length > 0;

    /// <summary>Of the text itself: the more there are, the surer is a match.</summary>
    public int Letters { get; }

    /// <param name="text">English.</param>
    /// <param name="fill">Says what stands in the last hole.</param>
    /// <returns>Null: it was made of another text.</returns>
    public string? Tell(string text, Func<string, string> fill)
    {
        if (!text.StartsWith(_parts[0], StringComparison.Ordinal) || (!HasHoles && text.Length != _parts[0].Length))
            return null;
        var filled = new Dictionary<int, string>();
        var at = _parts[0].Length;
        for (var i = 0; i < _holes.Length; i++)
        {
            var part = _parts[i + 1];
            var isLast = i == _holes.Length - 1;

            // A hole is never empty.
            var end = isLast ? text.Length - part.Length : at >= text.Length ? -1 : text.IndexOf(part, at + 1, StringComparison.Ordinal);
            if (end <= at || (isLast && !text.EndsWith(part, StringComparison.Ordinal)))
                return null;
            var value = text[at..end];

            // A sentence that has " at " in it is not "IMAGE at ADDRESS".
            if (!isLast && Letters < ManyLetters && value.Any(char.IsWhiteSpace))
                return null;
            filled[_holes[i]] = isLast ? fill(value) : value;
            at = end + part.Length;
        }

        return string.Concat(Pieces(filled));
    }

    // The values may have braces, which stay.
    private IEnumerable<string> Pieces(Dictionary<int, string> filled)
    {
        var at = 0;
        foreach (Match hole in Hole().Matches(_own))
        {
            yield return Plain(_own[at..hole.Index]);
            yield return filled[Number(hole)];
            at = hole.Index + hole.Length;
        }

        yield return Plain(_own[at..]);
    }

    private static int Number(Match hole) => int.Parse(hole.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private static string Plain(string part) => part.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<!\{)\{(\d+)[^{}]*\}")]
    private static partial Regex Hole();
}
