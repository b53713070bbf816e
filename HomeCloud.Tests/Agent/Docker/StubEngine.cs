using System.Net.Sockets;
using System.Text;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>
/// An engine that misbehaves on demand, on a Unix socket of its own: only for faults that a real engine does not
/// produce when asked to. It speaks just enough HTTP/1.1: one request after another, bodies ignored.
/// </summary>
internal sealed class StubEngine : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Stream, CancellationToken, Task> _respond;
    private readonly Task _accepting;

    /// <param name="respond">Gets "METHOD /path?query" and writes the whole response; the connection closes when it throws <see cref="IOException"/>.</param>
    public StubEngine(Func<string, Stream, CancellationToken, Task> respond)
    {
        _respond = respond;
        SocketPath = Path.Combine(Path.GetTempPath(), $"hc-stub-{Guid.NewGuid():N}.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen(64);
        _accepting = AcceptAsync();
    }

    public string SocketPath { get; }

    public string Host => $"unix://{SocketPath}";

    public static Task Respond(Stream stream, int status, string body, string headers = "")
    {
        var bytes = Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");
        return stream.WriteAsync(bytes).AsTask();
    }

    public static Task RespondPing(Stream stream, string version = "1.41") =>
        Respond(stream, 200, "OK", $"Api-Version: {version}\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n");

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
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadRequestLineAsync(stream) is { } request)
                await _respond(request, stream, _stop.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client went away, or the script wants the connection cut.
            socket.Close(0);
        }
    }

    private async Task<string?> ReadRequestLineAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            request.Append((char)one[0]);
        }

        var line = request.ToString().Split("\r\n")[0];
        return line[..line.LastIndexOf(' ')];
    }
}
