using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>
/// An engine that misbehaves on demand, on a Unix socket of its own or on loopback: only for faults that a real engine does
/// not produce when asked to. It speaks just enough HTTP/1.1: one request after another.
/// </summary>
internal sealed class StubEngine : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Stream, CancellationToken, Task> _respond;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="respond">Gets "METHOD /path?query" and writes the whole response; the connection closes when it throws <see cref="IOException"/>.</param>
    /// <param name="tcp">On loopback instead of a Unix socket.</param>
    /// <param name="tls">How to greet clients; null for plain HTTP.</param>
    public StubEngine(Func<string, Stream, CancellationToken, Task> respond, bool tcp = false, SslServerAuthenticationOptions? tls = null)
    {
        _respond = respond;
        _tls = tls;
        SocketPath = Path.Combine(Path.GetTempPath(), $"hc-stub-{Guid.NewGuid():N}.sock");
        _listener = tcp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(tcp ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(SocketPath));
        Host = tcp ? $"tcp://{_listener.LocalEndPoint}" : $"unix://{SocketPath}";
        _listener.Listen(64);
        _accepting = AcceptAsync();
    }

    public string SocketPath { get; }

    public string Host { get; }

    /// <summary>Accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The header lines and the body of every request so far.</summary>
    public ConcurrentQueue<(string Head, string Body)> Requests { get; } = new();

    public static Task Respond(Stream stream, int status, string body, string headers = "")
    {
        var bytes = Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");
        return stream.WriteAsync(bytes).AsTask();
    }

    /// <summary>To "GET /version", which a client asks before it knows the API's version.</summary>
    public static Task RespondVersion(Stream stream, string newest = "1.41", string oldest = "1.12") =>
        Respond(stream, 200, $$"""{"Version":"0.1","ApiVersion":"{{newest}}","MinAPIVersion":"{{oldest}}"}""", "Date: Sun, 22 Nov 2026 10:00:00 GMT\r\n");

    public static Task BeginChunks(Stream stream) =>
        stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray()).AsTask();

    public static async Task Chunk(Stream stream, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"));
        await stream.WriteAsync(bytes);
        await stream.WriteAsync("\r\n"u8.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        File.Delete(SocketPath);
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        await using var plain = new NetworkStream(socket, ownsSocket: true);
        await using var encrypted = _tls is null ? null : new SslStream(plain);
        try
        {
            if (encrypted is not null)
                await encrypted.AuthenticateAsServerAsync(_tls!, _stop.Token);
            Stream stream = encrypted is null ? plain : encrypted;
            while (await ReadRequestLineAsync(stream) is { } request)
                await _respond(request, stream, _stop.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or AuthenticationException)
        {
            // The client went away, or the script wants the connection cut.
            socket.Close(0);
        }
    }

    private async Task<string?> ReadRequestLineAsync(Stream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            request.Append((char)one[0]);
        }

        var head = request.ToString();
        var body = new byte[head.Split("\r\n").Select(header => header.Split(": ")).Where(header => header[0] == "Content-Length").Select(header => int.Parse(header[1], CultureInfo.InvariantCulture)).FirstOrDefault()];
        await stream.ReadExactlyAsync(body, _stop.Token);
        Requests.Enqueue((head, Encoding.UTF8.GetString(body)));
        var line = head.Split("\r\n")[0];
        return line[..line.LastIndexOf(' ')];
    }
}
