using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HomeCloud.Net.Localization;

/// <summary>
/// Texts of one language by their English text, from a JSON file of pairs: <c>"The name {0} is taken.": "…{0}…"</c>. What is
/// not there stays English.
/// </summary>
public sealed class Catalogue
{
    public static readonly Catalogue English = new("en", []);

    private readonly Dictionary<string, string> _texts;

    private Catalogue(string language, Dictionary<string, string> texts)
    {
        Language = language;
        _texts = texts;
    }

    /// <summary>As in the HTML attribute <c>lang</c> (RFC 5646): <c>en</c>, <c>ja</c>.</summary>
    public string Language { get; }

    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <exception cref="FormatException">The file is no catalogue, an English text stands in it twice, or a translation has other holes than its text.</exception>
    public static Catalogue Read(string language, Stream json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var pair in document.RootElement.EnumerateObject())
            {
                var text = pair.Value.GetString() ?? throw new FormatException($"the text for \"{pair.Name}\" is null");
                if (!Holes(pair.Name).SetEquals(Holes(text)))
                    throw new FormatException($"the text for \"{pair.Name}\" has other holes");
                if (!texts.TryAdd(pair.Name, text))
                    throw new FormatException($"\"{pair.Name}\" stands there twice");
            }

            return new Catalogue(language, texts);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"The texts for {language} cannot be read: {exception.Message}", exception);
        }
    }

    /// <returns>The template in this language, or the English one.</returns>
    public string Find(string template) => _texts.GetValueOrDefault(template, template);

    // A composite format tells what is wrong with a text, but not which holes it has.
    private static HashSet<int> Holes(string text)
    {
        var holes = new HashSet<int>();
        _ = CompositeFormat.Parse(text);
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
