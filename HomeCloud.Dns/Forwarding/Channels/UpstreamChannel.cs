namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>
/// Keeps one connection to an upstream, opened when needed and used again while it lasts. A question that a connection
/// left unanswered, because it was closed or because it has gone silent, is sent again over a fresh one.
/// </summary>
internal sealed class UpstreamChannel(Func<CancellationToken, ValueTask<IUpstreamConnection>> open, TimeProvider time) : IDisposable
{
    /// <summary>How often one question is sent; each time the connection before had answered something.</summary>
    private const int MaxSent = 10;

    /// <summary>Connections in a row that were closed after one answer, until each question gets its own.</summary>
    private const int ClosuresToBelieve = 2;

    private const int MaxAlone = 8;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(3);

    /// <summary>A connection that was used before and says nothing for this long is taken for dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(30);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _alone = new(MaxAlone, MaxAlone);
    private Task<IUpstreamConnection>? _connection;
    private IUpstreamConnection? _lastClosed;
    private int _closures;
    private long _oneAnswerUntil;
    private bool _disposed;

    /// <param name="query">Whole message; its id is the connection's to choose.</param>
    /// <param name="fresh">Not over the connection that there is: it may be the reason why the upstream looks dead.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<ExchangeResult> ExchangeAsync(ReadOnlyMemory<byte> query, bool fresh, CancellationToken cancellation)
    {
        for (var sent = 1; ; sent++)
        {
            if (time.GetTimestamp() < Volatile.Read(ref _oneAnswerUntil))
                return await AskAloneAsync(query, cancellation);
            var connecting = Current(fresh && sent == 1, out var reused);
            var (connection, problem) = await ConnectAsync(connecting, cancellation);
            if (connection is null)
                return problem;

            var result = await AskAsync(connection, reused, query, cancellation);
            if (result.Status != ExchangeStatus.Unreachable || connection.IsOpen || sent == MaxSent)
                return result;

            // RFC 7766 §6.2.1.1: what a closed connection left unanswered is sent again.
            if (connection.Answers > 0)
                CountClosure(connection);
            else if (!reused)
                return connection.Abandoned > 1 ? await AskAloneAsync(query, cancellation) : result;
        }
    }

    public void Dispose()
    {
        Task<IUpstreamConnection>? connection;
        lock (_lock)
        {
            _disposed = true;
            connection = _connection;
            _connection = null;
        }

        connection?.ContinueWith(static task => task.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private async ValueTask<ExchangeResult> AskAsync(IUpstreamConnection connection, bool reused, ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        if (!reused)
            return await connection.ExchangeAsync(query, cancellation);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = connection.ExchangeAsync(query, both.Token).AsTask();
        if (!await FallsSilentAsync(connection, first, both.Token))
            return await first;

        // The answer may still come, from a server that is slow; so both are waited for.
        connection.Retire();
        var second = AskFreshAsync(query, both.Token);
        var winner = await await Task.WhenAny(first, second);
        if (winner.Status != ExchangeStatus.Answered)
            winner = await (first.IsCompleted ? second : first);
        await both.CancelAsync();
        return winner;
    }

    private async Task<bool> FallsSilentAsync(IUpstreamConnection connection, Task<ExchangeResult> exchange, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (!exchange.IsCompleted && connection.Silence is var silence && silence < Patience && !cancellation.IsCancellationRequested)
            await Task.WhenAny(exchange, Task.Delay(Patience - silence, time, stop.Token));
        await stop.CancelAsync();
        return !exchange.IsCompleted && !cancellation.IsCancellationRequested;
    }

    private async Task<ExchangeResult> AskFreshAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        var (connection, problem) = await ConnectAsync(Current(fresh: false, out _), cancellation);
        return connection is null ? problem : await connection.ExchangeAsync(query, cancellation);
    }

    private async ValueTask<ExchangeResult> AskAloneAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        try
        {
            await _alone.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return new ExchangeResult(ExchangeStatus.TimedOut);
        }

        try
        {
            var (connection, problem) = await ConnectAsync(Task.Run(OpenAsync, CancellationToken.None), cancellation);
            if (connection is null)
                return problem;
            using (connection)
                return await connection.ExchangeAsync(query, cancellation);
        }
        finally
        {
            _alone.Release();
        }
    }

    private static async ValueTask<(IUpstreamConnection? Connection, ExchangeResult Problem)> ConnectAsync(Task<IUpstreamConnection> connecting, CancellationToken cancellation)
    {
        try
        {
            return (await connecting.WaitAsync(cancellation), default);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (null, new ExchangeResult(ExchangeStatus.TimedOut));
        }
        catch (Exception problem) when (ConnectionErrorText.Of(problem) is { } text)
        {
            return (null, ExchangeResult.Unreachable(text));
        }
    }

    // The caller's patience is not the connection's: one that is opened too late for this query serves the next.
    private Task<IUpstreamConnection> Current(bool fresh, out bool reused)
    {
        lock (_lock)
        {
            reused = false;
            if (_connection is { IsCompleted: false } opening)
                return opening;
            if (_connection is { IsCompletedSuccessfully: true } ready && ready.Result is { IsOpen: true } connection)
            {
                reused = !fresh && connection.Silence < Patience;
                if (reused)
                    return ready;
                connection.Retire();
            }

            // Replaced by a reload meanwhile: for who still asks, an upstream that cannot be reached.
            return _disposed ? Task.FromException<IUpstreamConnection>(new ObjectDisposedException(nameof(UpstreamChannel))) : _connection = Task.Run(OpenAsync);
        }
    }

    private void CountClosure(IUpstreamConnection connection)
    {
        lock (_lock)
        {
            if (ReferenceEquals(connection, _lastClosed))
                return;
            _lastClosed = connection;
            _closures = connection.Answers == 1 ? _closures + 1 : 0;
            if (_closures < ClosuresToBelieve)
                return;
            _closures = 0;
            Volatile.Write(ref _oneAnswerUntil, time.GetTimestamp() + (long)(Remembered.TotalSeconds * time.TimestampFrequency));
        }
    }

    private async Task<IUpstreamConnection> OpenAsync()
    {
        using var timeout = new CancellationTokenSource(OpenTimeout, time);
        return await open(timeout.Token);
    }
}
