using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>DNS over HTTPS (RFC 8484): POST over HTTP/2, connections kept and shared by <see cref="HttpClient"/>.</summary>
internal sealed class HttpsChannel : IUpstreamChannel
{
    private const string MediaType = "application/dns-message";

    private readonly HttpClient _client;
    private readonly Uri _url;
    private readonly Func<CancellationToken, ValueTask<IPEndPoint>> _locate;

    /// <param name="address">The upstream.</param>
    /// <param name="locate">Its address; found by the bootstrap servers when the URL has a name.</param>
    /// <param name="trust">Which certificates are good.</param>
    public HttpsChannel(UpstreamAddress address, Func<CancellationToken, ValueTask<IPEndPoint>> locate, CertificateTrust trust)
    {
        _url = address.Url!;
        _locate = locate;
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            SslOptions = trust.For(address.ServerName!, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11),
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = 8,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        })
        {
            MaxResponseContentBufferSize = MessageHeader.MaxMessageSize,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async ValueTask<ExchangeResult> ExchangeAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        // RFC 8484 §4.1: id 0, so that HTTP caches see equal requests as equal.
        var octets = query.ToArray();
        MessageHeader.SetId(octets, 0);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _url)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
                Content = new ByteArrayContent(octets) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } },
                Headers = { Accept = { new MediaTypeWithQualityHeaderValue(MediaType) } },
            };
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            if (response.StatusCode != HttpStatusCode.OK) return ExchangeResult.Unreachable($"HTTP status {(int)response.StatusCode}");
            if (response.Content.Headers.ContentType?.MediaType != MediaType) return ExchangeResult.Unreachable("HTTP answer is not a DNS message");

            var reply = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (reply.Length >= MessageHeader.Size) MessageHeader.SetId(reply, 0);
            return ReplyMatcher.Check(octets, reply, exactCase: false) == ReplyMatch.Mismatch
                ? ExchangeResult.Unreachable("HTTP answer is to another question")
                : ExchangeResult.Answered(reply, (uint)Math.Clamp(response.Headers.Age?.TotalSeconds ?? 0, 0, int.MaxValue));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new ExchangeResult(ExchangeStatus.TimedOut);
        }
        catch (OperationCanceledException)
        {
            return ExchangeResult.Unreachable("connection timed out");
        }
        catch (HttpRequestException problem)
        {
            return ExchangeResult.Unreachable((problem.InnerException is { } inner ? StreamChannel.Describe(inner) : null) ?? problem.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        try
        {
            return await TcpStream.OpenAsync(await _locate(cancellation), cancellation);
        }
        catch (SocketException problem)
        {
            throw new HttpRequestException(SocketErrorText.Of(problem), problem);
        }
    }
}
