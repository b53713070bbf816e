using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Texts;

/// <summary>Files of the page that exist once for each language but English, under names of their own. A page names those of its language.</summary>
internal static class TranslatedAssets
{
    private static readonly JsonWriterOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The texts that scripts use, as a script: <c>texts.ja.js</c>. The others are in the page already.</summary>
    public static byte[] Script(Catalogue texts, Catalogue told, IReadOnlyCollection<string> scripts)
    {
        using var memory = new MemoryStream();
        Write(memory, "homecloudTexts", texts.Texts.Where(pair => scripts.Any(script => script.Contains($"'{pair.Key}'", StringComparison.Ordinal))));
        Write(memory, "homecloudTold", told.Texts);
        return memory.ToArray();
    }

    /// <summary><c>app.ja.webmanifest</c>: values that have a translation are replaced.</summary>
    public static byte[] Manifest(Catalogue texts, string english) => Encoding.UTF8.GetBytes(
        texts.Texts.Aggregate(english, (manifest, pair) => manifest.Replace($": \"{pair.Key}\"", $": \"{pair.Value}\"", StringComparison.Ordinal)));

    private static void Write(Stream script, string name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        script.Write(Encoding.UTF8.GetBytes($"globalThis.{name} = "));
        using (var json = new Utf8JsonWriter(script, AsWritten))
        {
            json.WriteStartObject();
            foreach (var (english, text) in texts)
                json.WriteString(english, text);
            json.WriteEndObject();
        }

        script.Write(";\n"u8);
    }
}
