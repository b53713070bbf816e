using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry.Http;

/// <summary>
/// HTTP/1.1 for machines that fetch one small text: GET and HEAD, one request a connection, few connections at once, short
/// deadlines. A DNS server needs no web server for this, and one would double its start time and memory.
/// </summary>
internal sealed partial class TinyHttpServer(Func<string, HttpAnswer> answer, ILogger logger) : IDisposable
{
    private const int MostConnections = 16;
    private const int LargestRequest = 8 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _free = new(MostConnections);
    private TcpListener? _listener;

    /// <summary>The address in use, with the port that the system chose where 0 was asked for.</summary>
    public IPEndPoint? Address => _listener?.LocalEndpoint as IPEndPoint;

    /// <exception cref="SocketException">The address is in use or not one of this machine.</exception>
    public void Listen(IPEndPoint address)
    {
        _listener?.Dispose();
        var listener = new TcpListener(address);
        try
        {
            listener.Start(MostConnections);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
    }

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        var failing = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            await _free.WaitAsync(cancellationToken);
            try
            {
                var client = await _listener!.AcceptSocketAsync(cancellationToken);
                _ = ServeOneAsync(client, cancellationToken);
                failing = false;
            }
            catch (SocketException error)
            {
                // Out of descriptors, or the client gave up while waiting: the next one may do better. An error that lasts is said once.
                _free.Release();
                if (!failing)
                    LogAcceptFailed(error.Message);
                failing = true;
                await Task.Delay(AcceptPause, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _free.Release();
                throw;
            }
        }
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _free.Dispose();
    }

    private async Task ServeOneAsync(Socket client, CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Deadline);
            using (client)
            {
                var head = await ReadHeadAsync(client, deadline.Token);
                var response = Encoding.UTF8.GetBytes(Respond(head));
                for (var sent = 0; sent < response.Length;)
                    sent += await client.SendAsync(response.AsMemory(sent), deadline.Token);
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // The other side went away or is too slow; it will ask again.
        }
        catch (Exception error)
        {
            LogRequestFailed(error);
        }
        finally
        {
            try
            {
                _free.Release();
            }
            catch (ObjectDisposedException)
            {
                // The server stopped while this request was served.
            }
        }
    }

    /// <returns>The request up to its empty line, or as much of it as fits.</returns>
    private static async Task<string> ReadHeadAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[LargestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                break;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                break;
        }

        return Encoding.Latin1.GetString(buffer, 0, length);
    }

    private string Respond(string head)
    {
        var end = head.IndexOf("\r\n", StringComparison.Ordinal);
        var parts = end < 0 ? [] : head[..end].Split(' ');
        if (parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal) || !head.Contains("\r\n\r\n", StringComparison.Ordinal))
            return Text(HttpAnswer.Plain("400 Bad Request", "This is an HTTP/1.1 server.\n"), withBody: true);
        if (parts[0] is not ("GET" or "HEAD"))
            return Text(HttpAnswer.Plain("405 Method Not Allowed", "Only GET and HEAD are supported.\n"), withBody: true);
        var path = parts[1].Split('?')[0];
        return Text(answer(path), withBody: parts[0] == "GET");
    }

    private static string Text(HttpAnswer response, bool withBody) =>
        $"HTTP/1.1 {response.Status}\r\nContent-Type: {response.ContentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(response.Body)}\r\n"
        + $"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{(withBody ? response.Body : "")}";

    [LoggerMessage(LogLevel.Warning, "Metrics endpoint: could not accept a connection: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(LogLevel.Error, "Metrics endpoint: a request failed.")]
    private partial void LogRequestFailed(Exception error);
}

/// <param name="Status">HTTP status code with its reason, for instance <c>200 OK</c>.</param>
/// <param name="ContentType">Media type of <paramref name="Body"/>.</param>
/// <param name="Body">Text, sent as UTF-8.</param>
internal readonly record struct HttpAnswer(string Status, string ContentType, string Body)
{
    public static HttpAnswer NotFound { get; } = Plain("404 Not Found", "Not found. Try /metrics, /health/live or /health/ready.\n");

    public static HttpAnswer Plain(string status, string body) => new(status, "text/plain; charset=utf-8", body);
}
