using System.Globalization;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>One connection to one Redis server, bounded in time. Once anything went wrong it is broken for good, and another is opened: that makes every return from an outage the same path.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly CancellationTokenSource _broken = new();
    private readonly TimeSpan _timeout;
    private string? _reason;

    private RedisConnection(ConnectionMultiplexer multiplexer, RedisEndpoint endpoint, TimeSpan timeout)
    {
        _multiplexer = multiplexer;
        _database = multiplexer.GetDatabase();
        _timeout = timeout;
        Endpoint = endpoint;
        Broken = _broken.Token;
        multiplexer.ConnectionFailed += (_, failure) => Break(failure.Exception?.Message ?? failure.FailureType.ToString());
    }

    public RedisEndpoint Endpoint { get; }

    /// <summary>What Redis says about itself; read once, at the start.</summary>
    public RedisServerInfo Info { get; private set; } = RedisServerInfo.Unknown;

    /// <summary>Cancelled when the connection is of no use any more.</summary>
    public CancellationToken Broken { get; }

    public string Reason => _reason ?? "closed";

    /// <exception cref="RegistryUnavailableException">No connection within the timeout; the message says why.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisEndpoint endpoint, RedisConnector connector, CancellationToken cancellationToken)
    {
        RedisConnection? connection = null;
        try
        {
            var opening = ConnectionMultiplexer.ConnectAsync(connector.Configure(endpoint));
            _ = opening.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            var multiplexer = await opening.WaitAsync(connector.Timeout * 2, cancellationToken).ConfigureAwait(false);
            connection = new RedisConnection(multiplexer, endpoint, connector.Timeout);
            var info = await connection.RunAsync(_ => multiplexer.GetServer(multiplexer.GetEndPoints()[0]).InfoRawAsync(), connector.Timeout).ConfigureAwait(false);
            connection.Info = RedisServerInfo.Parse(info);
            return connection;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or IOException or UnauthorizedAccessException or ArgumentException or RegistryUnavailableException)
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            throw new RegistryUnavailableException(connector.Explain(endpoint, exception), exception);
        }
    }

    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, params RedisValue[] arguments) =>
        RunAsync(database => database.ScriptEvaluateAsync(script, keys, arguments), _timeout);

    /// <summary>Everything at one moment: the records and the hash that says which revision they are.</summary>
    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public Task<(HashEntry[] Names, HashEntry[] Meta)> ReadAllAsync(string names, string meta) => RunAsync(
        async database =>
        {
            var transaction = database.CreateTransaction();
            var allNames = transaction.HashGetAllAsync(names);
            var allMeta = transaction.HashGetAllAsync(meta);
            if (!await transaction.ExecuteAsync().ConfigureAwait(false))
                throw new InvalidOperationException("the transaction was not executed");
            return (await allNames.ConfigureAwait(false), await allMeta.ConfigureAwait(false));
        },
        _timeout * 10);

    /// <summary>Fields of a hash.</summary>
    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public Task<long> CountAsync(string key) => RunAsync(database => database.HashLengthAsync(key), _timeout);

    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public Task<HashEntry[]> ReadHashAsync(string key) => RunAsync(database => database.HashGetAllAsync(key), _timeout);

    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public Task SubscribeAsync(string channel, Action<string> received) => RunAsync(
        async _ =>
        {
            await _multiplexer.GetSubscriber().SubscribeAsync(channel, (_, message) => received((string?)message ?? string.Empty)).ConfigureAwait(false);
            return true;
        },
        _timeout);

    public void Break(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        _ = _broken.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Break("closed");
        try
        {
            await _multiplexer.CloseAsync(allowCommandsToComplete: false).WaitAsync(_timeout).ConfigureAwait(false);
            _multiplexer.Dispose();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            Interlocked.CompareExchange(ref _reason, exception.Message, null);
        }
    }

    private async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan timeout)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var running = command(_database);
                _ = running.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                return await running.WaitAsync(timeout, Broken).ConfigureAwait(false);
            }
            catch (RedisServerException exception) when (attempt == 1 && exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // Redis forgot its scripts (SCRIPT FLUSH); the client loads them again with the next call.
            }
            catch (RedisServerException exception) when (IsAboutTheData(exception.Message))
            {
                throw new RegistryUnavailableException($"Redis at {Endpoint} refused: {exception.Message}", exception);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                Break(exception is TimeoutException
                    ? string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s")
                    : exception.Message);
                throw new RegistryUnavailableException($"Redis at {Endpoint}: {Reason}", exception);
            }
        }
    }

    // These leave the connection as good as it was; all else (READONLY, LOADING, MASTERDOWN, MOVED, NOAUTH …) asks for another server or another try.
    private static bool IsAboutTheData(string message) =>
        message.StartsWith("OOM", StringComparison.Ordinal)
        || message.StartsWith("MISCONF", StringComparison.Ordinal)
        || message.StartsWith("NOREPLICAS", StringComparison.Ordinal)
        || message.StartsWith("WRONGTYPE", StringComparison.Ordinal)
        || message.StartsWith("BUSY", StringComparison.Ordinal);
}
