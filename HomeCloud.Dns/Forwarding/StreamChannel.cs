using System.Net.Sockets;
using System.Security.Authentication;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Keeps one connection to an upstream, opened when needed and used again while it lasts.</summary>
internal sealed class StreamChannel(Func<CancellationToken, ValueTask<Stream>> open, TimeProvider time) : IUpstreamChannel
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private Task<StreamConnection>? _connection;
    private bool _disposed;

    public async ValueTask<ExchangeResult> ExchangeAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        // A connection that was open a moment ago may be closed by the other side under our hands: once is no failure.
        for (var attempt = 0; ; attempt++)
        {
            StreamConnection connection;
            var connecting = Current(out var reused);
            try
            {
                connection = await connecting.WaitAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return new ExchangeResult(ExchangeStatus.TimedOut);
            }
            catch (Exception problem) when (Describe(problem) is { } text)
            {
                return ExchangeResult.Unreachable(text);
            }

            var result = await connection.ExchangeAsync(query, cancellation);
            if (result.Status != ExchangeStatus.Unreachable || !reused || attempt > 0) return result;
        }
    }

    public void Dispose()
    {
        Task<StreamConnection>? connection;
        lock (_lock)
        {
            _disposed = true;
            connection = _connection;
            _connection = null;
        }

        connection?.ContinueWith(static task => task.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    /// <summary>Null for a bug, which must not pass as an unreachable upstream.</summary>
    internal static string? Describe(Exception problem) => problem switch
    {
        SocketException socket => SocketErrorText.Of(socket),
        AuthenticationException tls => $"TLS: {tls.InnerException?.Message ?? tls.Message}",
        IOException { InnerException: SocketException socket } => SocketErrorText.Of(socket),
        IOException io => io.Message,
        OperationCanceledException => "connection timed out",
        ObjectDisposedException => "closed by us",
        _ => null,
    };

    // The caller's patience is not the connection's: one that is opened too late for this query serves the next.
    private Task<StreamConnection> Current(out bool reused)
    {
        lock (_lock)
        {
            reused = _connection is { IsCompletedSuccessfully: true } ready && ready.Result.IsOpen;
            if (reused || _connection is { IsCompleted: false }) return _connection!;
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _connection = Task.Run(OpenAsync);
        }
    }

    private async Task<StreamConnection> OpenAsync()
    {
        using var timeout = new CancellationTokenSource(OpenTimeout, time);
        return new StreamConnection(await open(timeout.Token), time, Idle);
    }
}
