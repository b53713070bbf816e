using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace HomeCloud.Net.Localization;

/// <summary>
/// A text for a person that can still be translated: an English template with numbered holes, and what fills them. Code
/// writes it as an interpolated string, <c>Phrase text = $"The name {name} is taken.";</c>, so the English text stands where
/// it is used and is its own key. What fills a hole may be a phrase as well.
/// </summary>
/// <remarks>
/// A template is only known where the compiler sees an interpolated string turned into a phrase. <c>a ? $"…" : $"…"</c> is a
/// string to it: write <c>a ? (Phrase)$"…" : $"…"</c>.
/// </remarks>
[InterpolatedStringHandler]
public sealed class Phrase : IEquatable<Phrase>
{
    public static readonly Phrase None = new("");

    private readonly StringBuilder _template;
    private readonly object?[] _arguments;
    private int _filled;
    private Form _form;

    public Phrase(int literalLength, int formattedCount)
    {
        _template = new StringBuilder(literalLength + (3 * formattedCount));
        _arguments = formattedCount == 0 ? [] : new object?[formattedCount];
    }

    private Phrase(string text)
    {
        _template = new StringBuilder(Escaped(text));
        _arguments = [];
    }

    /// <summary>The key in a catalogue: <c>The name {0} is taken.</c></summary>
    public string Template => _template.ToString();

    public bool IsEmpty => _template.Length == 0;

    /// <summary>The same without its full stop, to stand inside a sentence.</summary>
    public Phrase Part => new(this) { _form = Form.Part };

    /// <summary>The same as a sentence of its own, for a text that begins with a small letter and has no full stop. A name at its beginning stays as it is.</summary>
    public Phrase Sentence => new(this) { _form = Form.Sentence };

    private Phrase(Phrase other)
    {
        _template = other._template;
        _arguments = other._arguments;
    }

    /// <summary>A text without holes.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator Phrase?(string? text) => text is null ? null : new(text);

    public void AppendLiteral(string literal) => _template.Append(Escaped(literal));

    public void AppendFormatted<T>(T value, int alignment = 0, string? format = null)
    {
        _template.Append('{').Append(_filled);
        if (alignment != 0)
            _template.Append(',').Append(alignment);
        if (format is not null)
            _template.Append(':').Append(format);
        _template.Append('}');
        _arguments[_filled++] = value;
    }

    public string In(Catalogue catalogue)
    {
        var format = catalogue.Find(Template);
        var text = string.Format(CultureInfo.InvariantCulture, format, Array.ConvertAll(_arguments, argument => argument is Phrase phrase ? phrase.In(catalogue) : argument));
        if (_arguments.Length == 0 && format == Template)
            text = catalogue.Tell(text);
        return _form switch
        {
            Form.Part => text.TrimEnd('.', '。'),
            Form.Sentence => AsSentence(text.TrimEnd('.', '。'), catalogue),
            _ => text,
        };
    }

    /// <summary>Those of <paramref name="phrases"/> that say anything, one after the other.</summary>
    /// <param name="separator">A text as well: <c>" and "</c>.</param>
    /// <param name="phrases">To join.</param>
    public static Phrase Join(Phrase separator, params IEnumerable<Phrase> phrases)
    {
        Phrase all = "";
        foreach (var phrase in phrases.Where(phrase => !phrase.IsEmpty))
            all = all.IsEmpty ? phrase : $"{all}{separator}{phrase}";
        return all;
    }

    /// <returns>The English text.</returns>
    public override string ToString() => In(Catalogue.English);

    public bool Equals(Phrase? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Phrase);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static string AsSentence(string text, Catalogue catalogue)
    {
        if (text.Length == 0)
            return text;

        // From here on letters are CJK, which have no capitals. In English they are part of a name.
        if (catalogue != Catalogue.English && text.Any(letter => letter >= '\u2e80'))
            return text + '。';
        var isName = text.Split(' ')[0].Contains('.', StringComparison.Ordinal);
        return $"{(isName ? text[0] : char.ToUpperInvariant(text[0]))}{text[1..]}.";
    }

    private static string Escaped(string literal) => literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    private enum Form
    {
        Whole,
        Part,
        Sentence,
    }
}
