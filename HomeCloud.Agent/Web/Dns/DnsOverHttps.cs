using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Mime;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Net.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>
/// DNS over HTTPS (RFC 8484). It stands in front of all that is the page's: devices have no session. The LAN rule stands in front of it,
/// and who may ask is the DNS server's own rule. TLS has proved the name, so any Host will do: devices that found us by
/// RFC 9462 name an address (§6.3), others the name in the certificate.
/// </summary>
internal sealed class DnsOverHttps(RequestDelegate next, IDnsResponder dns, ConnectionGate gate, WebOptions options)
{
    public const string Path = "/dns-query";

    private const string MediaType = "application/dns-message";
    private const string Parameter = "dns";

    /// <summary>As long as a message may take over TCP by default; less than the web server's own patience.</summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(3);

    private static readonly SearchValues<char> Base64UrlLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public Task InvokeAsync(HttpContext context)
    {
        var isAlone = context.Features.Get<DnsAlone>() is not null;
        if (!context.Request.Path.Equals(Path, StringComparison.Ordinal) || !(isAlone || options.Doh))
            return isAlone ? RefuseAsync(context, StatusCodes.Status404NotFound, $"DNS over HTTPS is at {Path}.") : next(context);
        return context.Request.IsHttps && context.Connection.RemoteIpAddress is { } client
            ? gate.RunAsync(context, _ => AnswerAsync(context, client))
            : RefuseAsync(context, StatusCodes.Status403Forbidden, "DNS over HTTPS needs TLS: use https, an address of --web-tls or --listen-https.");
    }

    private async Task AnswerAsync(HttpContext context, IPAddress client)
    {
        var (status, query) = context.Request.Method switch
        {
            "GET" => ReadParameter(context.Request.Query[Parameter]),
            "POST" => await ReadBodyAsync(context),
            _ => (StatusCodes.Status405MethodNotAllowed, []),
        };
        if (status != StatusCodes.Status200OK || !IsQuery(query))
        {
            await RefuseAsync(context, status);
            return;
        }

        // A proxy on this machine is not where the client thinks it asks.
        var local = context.Connection.LocalIpAddress;
        var answer = await dns.AnswerAsync(query, client, local is null || (IPAddress.IsLoopback(local) && !IPAddress.IsLoopback(client)) ? null : local, context.RequestAborted);
        if (answer.IsEmpty)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable);
            return;
        }

        var response = context.Response;
        response.ContentType = MediaType;
        response.ContentLength = answer.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        // Another client may get another answer.
        response.Headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={FreshnessLifetime.Of(answer.Span)}");
        await response.Body.WriteAsync(answer, context.RequestAborted);
    }

    /// <summary>RFC 8484 §4.1: base64url without padding.</summary>
    private static (int Status, byte[] Query) ReadParameter(Microsoft.Extensions.Primitives.StringValues values)
    {
        if (values.Count != 1 || values[0] is not { Length: > 0 } text || text.AsSpan().ContainsAnyExcept(Base64UrlLetters))
            return (StatusCodes.Status400BadRequest, []);
        if (Base64Url.GetMaxDecodedLength(text.Length) > MessageHeader.MaxMessageSize)
            return (StatusCodes.Status414UriTooLong, []);
        var octets = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, octets, out _, out var length) == OperationStatus.Done
            ? (StatusCodes.Status200OK, octets[..length])
            : (StatusCodes.Status400BadRequest, []);
    }

    private static async ValueTask<(int Status, byte[] Query)> ReadBodyAsync(HttpContext context)
    {
        var request = context.Request;
        if (!string.Equals(request.ContentType?.Split(';')[0].Trim(), MediaType, StringComparison.OrdinalIgnoreCase))
            return (StatusCodes.Status415UnsupportedMediaType, []);
        if (request.ContentLength > MessageHeader.MaxMessageSize)
            return (StatusCodes.Status413PayloadTooLarge, []);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MessageHeader.MaxMessageSize;

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(BodyTimeout);
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(deadline.Token);
                if (read.Buffer.Length > MessageHeader.MaxMessageSize)
                    return (StatusCodes.Status413PayloadTooLarge, []);
                if (read.IsCompleted)
                {
                    var query = read.Buffer.ToArray();
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                    return (StatusCodes.Status200OK, query);
                }

                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException problem)
        {
            return (problem.StatusCode, []);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return (StatusCodes.Status408RequestTimeout, []);
        }
    }

    private static bool IsQuery(ReadOnlySpan<byte> message)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return ParsedQuery.TryRead(message, name, out _) == QueryParseResult.Query;
    }

    private static Task RefuseAsync(HttpContext context, int status) => status switch
    {
        StatusCodes.Status405MethodNotAllowed => RefuseAsync(context, status, "Ask with GET or POST (RFC 8484)."),
        StatusCodes.Status408RequestTimeout => RefuseAsync(context, status, "The message did not arrive in time."),
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status414UriTooLong => RefuseAsync(context, status, "A DNS message has at most 65535 octets."),
        StatusCodes.Status415UnsupportedMediaType => RefuseAsync(context, status, $"The body must be {MediaType}."),
        StatusCodes.Status503ServiceUnavailable => RefuseAsync(context, status, "There is no answer now."),
        _ => RefuseAsync(context, StatusCodes.Status400BadRequest, $"This is no DNS query: GET {Path}?{Parameter}= has one in base64url without padding, POST in the body (RFC 8484)."),
    };

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Text.Plain;
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status405MethodNotAllowed)
            context.Response.Headers.Allow = "GET, POST";
        return context.Response.WriteAsync(why + "\n");
    }
}
