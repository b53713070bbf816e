using HomeCloud.Net.Localization;
using HomeCloud.Net.Presentation;

namespace HomeCloud.Dns.ZoneFiles;

/// <summary>
/// A master file as entries of words, RFC 1035 §5.1: parentheses join lines, quotes hold blanks together, a semicolon begins a
/// comment. Escapes stay as they are; what they mean depends on the field.
/// </summary>
/// <param name="text">A character an octet.</param>
internal sealed class MasterFileLexer(string text)
{
    private int _at;
    private int _lineStart;

    /// <summary>Where the last read stopped, from 1: at what is wrong, if anything is.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Likewise.</summary>
    public int Column => _at - _lineStart + 1;

    /// <summary>Reads the next entry that is not empty.</summary>
    /// <param name="words">Receives its words; none at the end of the file.</param>
    /// <param name="beginsBlank">Whether the line begins with a blank: the entry then has the owner of the one before.</param>
    /// <returns>What is wrong, or null.</returns>
    public Phrase? ReadEntry(List<TextToken> words, out bool beginsBlank)
    {
        words.Clear();
        beginsBlank = BeginsBlank();
        var depth = 0;
        var opened = (Line, _lineStart, _at);
        while (_at < text.Length)
        {
            switch (text[_at])
            {
                case ' ' or '\t' or '\r':
                    _at++;
                    break;
                case '\n':
                    NextLine();
                    if (depth == 0 && words.Count > 0)
                        return null;
                    if (depth == 0)
                        beginsBlank = BeginsBlank();
                    break;
                case ';':
                    while (_at < text.Length && text[_at] != '\n')
                        _at++;
                    break;
                case '(':
                    if (depth++ == 0)
                        opened = (Line, _lineStart, _at);
                    _at++;
                    break;
                case ')' when depth == 0:
                    return "this parenthesis closes none";
                case ')':
                    depth--;
                    _at++;
                    break;
                default:
                    if (ReadWord(words) is { } problem)
                        return problem;
                    break;
            }
        }

        if (depth == 0)
            return null;
        (Line, _lineStart, _at) = opened;
        return "this parenthesis is never closed: the file may still be being written";
    }

    private bool BeginsBlank() => _at < text.Length && text[_at] is ' ' or '\t';

    private void NextLine()
    {
        _at++;
        Line++;
        _lineStart = _at;
    }

    private Phrase? ReadWord(List<TextToken> words)
    {
        var column = Column;
        var start = _at;
        if (text[_at] == '"')
        {
            _at++;
            if (SkipQuoted() is { } problem)
                return problem;
            words.Add(new TextToken(text[(start + 1)..(_at - 1)], true, Line, column));
            return null;
        }

        while (_at < text.Length && text[_at] is not (' ' or '\t' or '\r' or '\n' or ';' or '(' or ')'))
        {
            // Quotes within a word belong to a value: alpn="h2,h3". Elsewhere they begin the next word.
            if (text[_at] == '"')
            {
                if (text[_at - 1] != '=')
                    break;
                _at++;
                if (SkipQuoted() is { } problem)
                    return problem;
                break;
            }

            if (text[_at] < ' ' || text[_at] == '\x7F')
                return "there is a control character, as no text file has: write it as \\DDD";
            if (text[_at] == '\\' && EndsWithin(1))
                return "there is nothing behind the backslash";
            _at += text[_at] == '\\' ? 2 : 1;
        }

        words.Add(new TextToken(text[start.._at], false, Line, column));
        return null;
    }

    private Phrase? SkipQuoted()
    {
        var opened = _at - 1;
        while (_at < text.Length && text[_at] is not ('"' or '\n'))
            _at += text[_at] == '\\' && !EndsWithin(1) ? 2 : 1;
        if (_at < text.Length && text[_at] == '"')
        {
            _at++;
            return null;
        }

        _at = opened;
        return "these quotes are not closed on their line";
    }

    private bool EndsWithin(int octets) => _at + octets >= text.Length || text[_at + octets] is '\n' or '\r';
}
