using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;

namespace HomeCloud.Agent.Web;

/// <summary>
/// Page, lists and event streams go over the wire with gzip. Over TLS only what is the same for everybody does: the length of what is
/// compressed tells a listener something of a secret in it (BREACH).
/// </summary>
internal static class Compression
{
    private static readonly string[] Types =
        ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "application/problem+json", "text/event-stream"];

    public static void Add(IServiceCollection services) => services.AddResponseCompression(compression =>
    {
        compression.Providers.Add<GzipCompressionProvider>();
        compression.MimeTypes = Types;
    });

    /// <summary>For an answer without secrets.</summary>
    public static void AllowOverTls(HttpContext context)
    {
        if (context.Features.Get<IHttpsCompressionFeature>() is { } compression)
            compression.Mode = HttpsCompressionMode.Compress;
    }
}
