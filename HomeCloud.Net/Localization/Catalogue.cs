using System.Reflection;
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

    private readonly Func<string, string>? _tell;

    private Catalogue(string language, Dictionary<string, string> texts, Func<string, string>? tell = null)
    {
        Language = language;
        _texts = texts;
        _tell = tell;
    }

    /// <summary>As in the HTML attribute <c>lang</c> (RFC 5646): <c>en</c>, <c>ja</c>.</summary>
    public string Language { get; }

    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>That each translation has the holes of its text is not looked at, because every run of a program would: tests do.</summary>
    /// <exception cref="FormatException">The file is no catalogue, or an English text stands in it twice.</exception>
    public static Catalogue Read(string language, Stream json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var pair in document.RootElement.EnumerateObject())
            {
                var text = pair.Value.GetString() ?? throw new FormatException($"the text for \"{pair.Name}\" is null");
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

    /// <summary>One that is inside a program.</summary>
    public static Catalogue Read(string language, Assembly program, string resource)
    {
        using var json = program.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"The texts for {language} are not inside the program: {resource}.");
        return Read(language, json);
    }

    /// <summary>The same texts, for phrases as well that were made of what another part of the program said in English.</summary>
    /// <param name="tell">Says such a text in this language; gives it back when it is none of ours.</param>
    public Catalogue Telling(Func<string, string> tell) => new(Language, _texts, tell);

    /// <returns>The text in this language, or as it is.</returns>
    internal string Tell(string english) => _texts.ContainsKey(english) || _tell is null ? english : _tell(english);

    /// <returns>The template in this language, or the English one.</returns>
    public string Find(string template) => _texts.GetValueOrDefault(template, template);
}
