namespace HomeCloud.Tests.Agent.Web.Texts;

/// <summary>A literal in a script, with what stands around it.</summary>
/// <param name="Text">Without quotes; what a template literal fills in is left out.</param>
/// <param name="Before">On the same line.</param>
/// <param name="After">On the same line.</param>
/// <param name="IsTemplate">Between backquotes.</param>
internal sealed record ScriptLiteral(string Text, string Before, string After, bool IsTemplate);

/// <summary>Finds the literals of a script. It knows comments, regular expressions and template literals in each other, and no more of the language.</summary>
internal sealed class ScriptText(string source)
{
    private readonly List<ScriptLiteral> _found = [];
    private int _at;

    public static IReadOnlyList<ScriptLiteral> Literals(string source)
    {
        var script = new ScriptText(source);
        script.Code(isHole: false);
        return script._found;
    }

    private void Code(bool isHole)
    {
        for (var depth = 0; _at < source.Length; _at++)
        {
            var letter = source[_at];
            if (letter is '\'' or '"')
                Quoted(letter);
            else if (letter == '`')
                Template();
            else if (Starts("//"))
                Skip("\n");
            else if (Starts("/*"))
                Skip("*/");
            else if (letter == '/' && IsPattern())
                Pattern();
            else if (letter == '{')
                depth++;
            else if (letter == '}' && depth-- == 0 && isHole)
                return;
        }
    }

    private bool Starts(string what) => string.CompareOrdinal(source, _at, what, 0, what.Length) == 0;

    private void Skip(string end) => _at = source.IndexOf(end, _at, StringComparison.Ordinal) is var found and >= 0 ? found + end.Length - 1 : source.Length;

    /// <summary>After a value a slash divides.</summary>
    private bool IsPattern() => source[.._at].TrimEnd() is var before && (before.Length == 0 || "(,=:[!&|?{};>".Contains(before[^1], StringComparison.Ordinal));

    private void Pattern()
    {
        for (var isClass = false; ++_at < source.Length && (source[_at] != '/' || isClass);)
        {
            if (source[_at] == '\\')
                _at++;
            else if (source[_at] is '[' or ']')
                isClass = source[_at] == '[';
        }
    }

    private void Quoted(char quote)
    {
        var start = _at;
        while (source[++_at] != quote)
        {
            if (source[_at] == '\\')
                _at++;
        }

        Found(start, source[(start + 1).._at], isTemplate: false);
    }

    private void Template()
    {
        var start = _at;
        var text = new System.Text.StringBuilder();
        while (source[++_at] != '`')
        {
            if (Starts("${"))
            {
                _at += 2;
                Code(isHole: true);
                text.Append('\u2026');
            }
            else
            {
                text.Append(source[_at]);
                if (source[_at] == '\\')
                    text.Append(source[++_at]);
            }
        }

        Found(start, text.ToString(), isTemplate: true);
    }

    private void Found(int start, string text, bool isTemplate)
    {
        var end = source.IndexOf('\n', _at);
        _found.Add(new ScriptLiteral(
            text.Replace(@"\'", "'", StringComparison.Ordinal).Replace(@"\u00a0", "\u00a0", StringComparison.Ordinal),
            source[(source.LastIndexOf('\n', start) + 1)..start], source[(_at + 1)..(end < 0 ? source.Length : end)], isTemplate));
    }
}
