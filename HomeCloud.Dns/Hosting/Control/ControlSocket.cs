using System.Net.Sockets;
using System.Text;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry;
using HomeCloud.Net.Machine;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// A Unix socket in the data directory that shows and empties the cache, tells about blocking and updated records and changes them, and reloads the configuration. Its mode lets in the server's own user and root,
/// nobody else. One line asks; the answer begins with a line <c>ok</c> or <c>error: …</c> and ends with the connection.
/// </summary>
internal sealed partial class ControlSocket(DnsServerOptions options, AnswerCache cache, BlockDesk blocking, ReloadService reload, RecordsDesk records, ServingClock clock, TimeProvider time, ILogger<ControlSocket> logger) : OptionalService(logger, time)
{
    private const string FileName = "dns.sock";
    private const int LongestRequest = 2_048;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly string _path = PathIn(options.Registry.DataDirectory);
    private Socket? _listener;

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, FileName);

    protected override string Part => "control socket (cache and block lists)";

    public override void Dispose()
    {
        base.Dispose();
        if (_listener is null)
            return;
        _listener.Dispose();
        File.Delete(_path);
    }

    /// <summary>Listens before the start is over, if it can; if not, <see cref="RunAsync"/> says why and tries again.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _listener = Listen();
        }
        catch (Exception problem) when (problem is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Said by the next try, at once.
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        _listener ??= Listen();
        while (true)
        {
            // One after the other: who comes here is root, and a dump wants no company.
            using var client = await _listener.AcceptAsync(stoppingToken);
            try
            {
                await ServeAsync(client, stoppingToken);
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                LogGone(gone.Message);
            }
            catch (Exception bug)
            {
                // Whatever is wrong here, names are answered all the same.
                LogFailed(bug);
            }
        }
    }

    private Socket Listen()
    {
        Directory.CreateDirectory(options.Registry.DataDirectory);
        var address = new UnixDomainSocketEndPoint(_path);
        if (UnixSocket.IsAlive(_path))
            throw new IOException($"another DNS server uses {_path}; set another --data-dir for this one");

        // What a server that was killed left behind.
        File.Delete(_path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(address);

            // Before Listen nobody can connect, so there is no moment with a wider mode.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(4);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Deadline);
        var line = await ReadLineAsync(client, limit.Token);
        var answer = new StringWriter { NewLine = "\n" };
        if (line is null)
            answer.WriteLine($"error: a request of more than {LongestRequest} octets is too long");
        else if (ControlRequest.TryParse(line, out var request) is { } problem)
            answer.WriteLine($"error: {problem}");
        else
            await AnswerAsync(request, answer, limit.Token);

        var bytes = Encoding.UTF8.GetBytes(answer.ToString());
        for (var sent = 0; sent < bytes.Length;)
            sent += await client.SendAsync(bytes.AsMemory(sent), limit.Token);
        client.Shutdown(SocketShutdown.Both);
    }

    private async Task AnswerAsync(ControlRequest request, StringWriter answer, CancellationToken cancellation)
    {
        if (request.Verb == ControlRequest.Reload)
        {
            answer.WriteLine(reload.Reload() is { Count: > 0 } problems
                ? $"error: not reloaded, the running configuration stays in use: {string.Join("; ", problems).ReplaceLineEndings(" ")}"
                : "ok\nreloaded");
            return;
        }

        if (request.Verb is ControlRequest.RecordsList or ControlRequest.RecordsAdd or ControlRequest.RecordsRemove)
        {
            records.Answer(request, answer);
            return;
        }

        if (request.Verb is not (ControlRequest.Dump or ControlRequest.Flush))
        {
            await blocking.AnswerAsync(request, answer, cancellation);
            return;
        }

        answer.WriteLine("ok");
        switch (request.Verb)
        {
            case ControlRequest.Dump:
                CacheDump.WriteTo(answer, cache, clock.Milliseconds(), request.Name);
                break;
            default:
                var count = request.Name is null ? cache.Flush() : cache.Flush(request.Name);
                answer.WriteLine($"{count} responses removed");
                LogFlushed(count);
                break;
        }
    }

    private static async Task<string?> ReadLineAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf((byte)'\n') < 0)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                break;
            length += read;
        }

        var end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
        return end < 0 && length == buffer.Length ? null : Encoding.ASCII.GetString(buffer, 0, end < 0 ? length : end);
    }

    [LoggerMessage(LogLevel.Debug, "Control socket: the client disconnected: {Reason}")]
    private partial void LogGone(string reason);

    [LoggerMessage(LogLevel.Error, "Control socket: a request failed.")]
    private partial void LogFailed(Exception bug);

    [LoggerMessage(LogLevel.Information, "Cache: removed {Count} responses on request.")]
    private partial void LogFlushed(int count);
}
