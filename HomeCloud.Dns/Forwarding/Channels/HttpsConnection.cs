using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>DNS over HTTPS (RFC 8484): POST over HTTP/2. What lies below is kept by an <see cref="HttpClient"/> of its own, so that a fresh one shares nothing with it.</summary>
internal sealed class HttpsConnection : IUpstreamConnection
{
    private const string MediaType = "application/dns-message";

    private readonly HttpClient _client;
    private readonly Uri _url;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<IPEndPoint>>> _locate;
    private readonly TimeProvider _time;
    private readonly SilenceWatch _silence;
    private int _pending;
    private int _answers;
    private volatile bool _retired;

    /// <param name="address">The upstream.</param>
    /// <param name="locate">Its addresses; found by the bootstrap servers when the URL has a name.</param>
    /// <param name="trust">Which certificates are good.</param>
    /// <param name="time">Measures silence.</param>
    public HttpsConnection(UpstreamAddress address, Func<CancellationToken, ValueTask<IReadOnlyList<IPEndPoint>>> locate, CertificateTrust trust, TimeProvider time)
    {
        _url = address.Url!;
        _locate = locate;
        _time = time;
        _silence = new SilenceWatch(time);
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

    public bool IsOpen => !_retired;

    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Always zero: HTTP sends again by itself what a closed connection had not begun to serve (RFC 9113 §8.7).</summary>
    public int Abandoned => 0;

    public TimeSpan Silence => _silence.Silence;

    public async ValueTask<ExchangeResult> ExchangeAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _pending);
        _silence.Sent();
        try
        {
            return await PostAsync(query, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new ExchangeResult(ExchangeStatus.TimedOut);
        }
        catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
        {
            _retired = true;
            return ExchangeResult.Unreachable("connection timed out");
        }
        catch (HttpRequestException problem)
        {
            _retired = true;
            return ExchangeResult.Unreachable((problem.InnerException is { } inner ? ConnectionErrorText.Of(inner) : null) ?? problem.Message);
        }
        finally
        {
            if (Interlocked.Decrement(ref _pending) == 0 && _retired)
                _client.Dispose();
        }
    }

    public void Retire()
    {
        _retired = true;
        if (Volatile.Read(ref _pending) == 0)
            _client.Dispose();
    }

    public void Dispose()
    {
        _retired = true;
        _client.Dispose();
    }

    private async Task<ExchangeResult> PostAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        // RFC 8484 §4.1: id 0, so that HTTP caches see equal requests as equal.
        var octets = query.ToArray();
        MessageHeader.SetId(octets, 0);
        using var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ByteArrayContent(octets) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } },
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue(MediaType) } },
        };
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
        Interlocked.Increment(ref _answers);
        _silence.Received(owesMore: Volatile.Read(ref _pending) > 1);
        if (response.StatusCode != HttpStatusCode.OK)
            return ExchangeResult.Unreachable($"HTTP status {(int)response.StatusCode}");
        if (response.Content.Headers.ContentType?.MediaType != MediaType)
            return ExchangeResult.Unreachable("HTTP answer is not a DNS message");

        var reply = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (reply.Length >= MessageHeader.Size)
            MessageHeader.SetId(reply, 0);
        return ReplyMatcher.Check(octets, reply, exactCase: false) == ReplyMatch.Mismatch
            ? ExchangeResult.Unreachable("HTTP answer is for another question")
            : ExchangeResult.Answered(reply, (uint)Math.Clamp(response.Headers.Age?.TotalSeconds ?? 0, 0, int.MaxValue));
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        try
        {
            return await TcpStream.OpenAnyAsync(await _locate(cancellation), _time, cancellation);
        }
        catch (SocketException problem)
        {
            throw new HttpRequestException(ConnectionErrorText.Of(problem), problem);
        }
    }
}
