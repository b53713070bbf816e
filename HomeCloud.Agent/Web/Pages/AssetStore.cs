using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace HomeCloud.Agent.Web.Pages;

/// <summary>The page's own files, from inside the program. Their hash is their ETag, so a new version is seen at once and an old one is not sent twice.</summary>
internal sealed class AssetStore
{
    private const string Prefix = "assets/";
    private const string ServiceWorker = "away.js";
    private readonly FrozenDictionary<string, Asset> _assets = Read();

    public IResult Find(string file, HttpContext context)
    {
        if (!_assets.TryGetValue(file, out var asset))
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
                var content = memory.ToArray();
                return new Asset(content, TypeOf(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..20]}\""));
            },
            StringComparer.Ordinal);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".txt" => "text/plain; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".html" => "text/html; charset=utf-8",
        ".webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    };

    private sealed record Asset(byte[] Content, string Type, EntityTagHeaderValue Tag);
}
