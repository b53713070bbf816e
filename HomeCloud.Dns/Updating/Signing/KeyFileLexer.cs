using System.Buffers;
using System.Text;

namespace HomeCloud.Dns.Updating.Signing;

/// <summary>The words of a file in BIND's syntax: quotes, braces, semicolons, and comments of three kinds.</summary>
internal static class KeyFileLexer
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n{};\"#");

    /// <param name="text">The file.</param>
    /// <param name="words">Receives them.</param>
    /// <returns>What is wrong, with its line; or null.</returns>
    public static string? Read(string text, List<KeyFileWord> words)
    {
        var line = 1;
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            if (rest[0] == '\n')
                line++;
            if (char.IsWhiteSpace(rest[0]))
            {
                at++;
            }
            else if (rest[0] == '#' || rest.StartsWith("//"))
            {
                at += rest.IndexOf('\n') is >= 0 and var end ? end : rest.Length;
            }
            else if (rest.StartsWith("/*"))
            {
                var end = rest.IndexOf("*/");
                if (end < 0)
                    return $"line {line}: this comment is never closed";
                line += rest[..end].Count('\n');
                at += end + 2;
            }
            else if (rest[0] is '{' or '}' or ';')
            {
                words.Add(new KeyFileWord(rest[0].ToString(), line, false));
                at++;
            }
            else if (rest[0] == '"')
            {
                var end = rest[1..].IndexOfAny('"', '\n');
                if (end < 0 || rest[end + 1] == '\n')
                    return $"line {line}: these quotes are not closed on their line";
                words.Add(new KeyFileWord(rest[1..(end + 1)].ToString(), line, true));
                at += end + 2;
            }
            else
            {
                var end = rest.IndexOfAny(Ends);
                var length = end < 0 ? rest.Length : end;
                words.Add(new KeyFileWord(rest[..length].ToString(), line, false));
                at += length;
            }
        }

        return null;
    }

    /// <summary>The same word for a person: printable, and not too long. Never for a secret.</summary>
    public static string Shown(string word)
    {
        var text = new StringBuilder();
        foreach (var character in word.AsSpan(0, Math.Min(word.Length, 60)))
            text.Append(character is >= ' ' and < '\x7F' ? character : '?');
        return text.ToString();
    }
}

/// <summary>One of them.</summary>
internal readonly record struct KeyFileWord(string Text, int Line, bool IsQuoted)
{
    public bool Is(string mark) => !IsQuoted && Text.Equals(mark, StringComparison.OrdinalIgnoreCase);
}
