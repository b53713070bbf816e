using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using HomeCloud.Agent.Web.Texts;
using Microsoft.Net.Http.Headers;

namespace HomeCloud.Agent.Web.Pages;

/// <summary>The page's own files, from inside the program. Their hash is their ETag, so a new version is seen at once and an old one is not sent twice.</summary>
internal sealed class AssetStore
{
    private const string Prefix = "assets/";
    private const string ServiceWorker = "away.js";
    private const string Manifest = "app.webmanifest";
    private readonly FrozenDictionary<string, Asset> _assets = Read();
    private readonly Lazy<FrozenDictionary<string, Asset>> _translated;

    public AssetStore() => _translated = new(Translate);

    public IResult Find(string file, HttpContext context)
    {
        if (!_assets.TryGetValue(file, out var asset) && !_translated.Value.TryGetValue(file, out asset))
            return Results.NotFound();

        context.Response.Headers.CacheControl = "no-cache";
        if (file == ServiceWorker)
            context.Response.Headers["Service-Worker-Allowed"] = "/"; // it is for all pages, not for the folder it comes from
        Compression.AllowOverTls(context);
        return Results.Bytes(asset.Content, asset.Type, entityTag: asset.Tag);
    }

    private static FrozenDictionary<string, Asset> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(
            name => name[Prefix.Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                return Asset.Of(name, memory.ToArray());
            },
            StringComparer.Ordinal);
    }

    private FrozenDictionary<string, Asset> Translate()
    {
        // xterm.js is not ours. The no-break space is the only character that texts in scripts write as an escape.
        string[] scripts =
        [
            .. _assets.Where(a => a.Key.EndsWith(".js", StringComparison.Ordinal) && !a.Key.StartsWith("xterm", StringComparison.Ordinal))
                .Select(a => a.Value.Text.Replace(@"\u00a0", "\u00a0", StringComparison.Ordinal)),
        ];
        var made = new Dictionary<string, Asset>();
        foreach (var texts in PageLanguage.All.Skip(1).Select(PageLanguage.Texts))
        {
            var (script, manifest) = ($"texts.{texts.Language}.js", $"app.{texts.Language}.webmanifest");
            made.Add(script, Asset.Of(script, TranslatedAssets.Script(texts, PageLanguage.Told(texts.Language), scripts)));
            made.Add(manifest, Asset.Of(manifest, TranslatedAssets.Manifest(texts, _assets[Manifest].Text)));
        }

        return made.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".txt" => "text/plain; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    };

    private sealed record Asset(byte[] Content, string Type, EntityTagHeaderValue Tag)
    {
        public string Text => Encoding.UTF8.GetString(Content);

        public static Asset Of(string name, byte[] content) =>
            new(content, TypeOf(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..20]}\""));
    }
}
