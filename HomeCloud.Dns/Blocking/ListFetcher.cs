using System.Net;
using System.Net.Http.Headers;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Files;

namespace HomeCloud.Dns.Blocking;

/// <summary>Gets a list over HTTPS, if it has changed (RFC 9110 §13.1.2, §13.1.3), into a file. Size and time are bounded.</summary>
/// <param name="connections">How servers are found, reached and trusted.</param>
internal sealed class ListFetcher(Func<SocketsHttpHandler> connections)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="url">Its address.</param>
    /// <param name="etag">Of the version at hand, or empty.</param>
    /// <param name="lastModified">The same.</param>
    /// <param name="path">Receives the list, whole or not at all.</param>
    /// <returns>Null when the version at hand is the newest.</returns>
    /// <exception cref="ListRefusedException">The server gives no list.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached, or its certificate is not trusted.</exception>
    /// <exception cref="IOException">The connection broke, or the disk is full.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<(string ETag, string LastModified)?> FetchAsync(string url, string etag, string lastModified, string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);

        // A client for each: a list is fetched once a day, and nothing is worth keeping open for it.
        using var client = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("HomeCloud", null));
        if (etag.Length > 0)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        if (lastModified.Length > 0)
            request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return null;
        if (response.StatusCode != HttpStatusCode.OK)
            throw new ListRefusedException($"the server answers with HTTP status {(int)response.StatusCode}");
        if (response.Content.Headers.ContentType?.MediaType == "text/html")
            throw new ListRefusedException("it is a web page, not a list: is a sign-in needed, or is this the wrong address?");

        await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
        await AtomicFile.WriteAsync(path, file => CopyAsync(body, file, limit.Token));
        return (Header(response.Headers, "ETag"), Header(response.Content.Headers, "Last-Modified"));
    }

    private SocketsHttpHandler Handler()
    {
        var handler = connections();

        // Lists move; from https:// the handler follows to https:// only.
        handler.AllowAutoRedirect = true;
        handler.MaxAutomaticRedirections = 5;
        handler.AutomaticDecompression = DecompressionMethods.GZip;
        handler.UseCookies = false;
        handler.UseProxy = false;
        return handler;
    }

    private static async Task CopyAsync(Stream body, Stream file, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 16];
        var octets = 0L;
        while (await body.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            octets += read;
            if (octets > ListReader.MaxOctets)
                throw new ListRefusedException($"it is longer than {ListReader.MaxOctets >> 20} MiB");
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
    }

    private static string Header(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.ToString() is { Length: < 1024 } value ? value : "";
}
