using System.Globalization;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>One connection to one Redis server, bounded in time. Once anything went wrong it is broken for good, and another is opened: that makes every return from an outage the same path.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly IServer _server;
    private readonly CancellationTokenSource _broken = new();
    private readonly TimeSpan _timeout;
    private string? _reason;
    private long _revision;

    private RedisConnection(ConnectionMultiplexer multiplexer, RedisEndpoint endpoint, string key, TimeSpan timeout)
    {
        _multiplexer = multiplexer;
        _database = multiplexer.GetDatabase();
        _server = ServerOf(multiplexer, key);
        _timeout = timeout;
        Endpoint = endpoint;
        Broken = _broken.Token;
        multiplexer.ConnectionFailed += Failed;
    }

    public RedisEndpoint Endpoint { get; }

    /// <summary>What Redis says about itself; read once, at the start.</summary>
    public RedisServerInfo Info { get; private set; } = RedisServerInfo.Unknown;

    /// <summary>The newest that this process read from this Redis; zero before it read anything.</summary>
    public long Revision
    {
        get => Volatile.Read(ref _revision);
        set => Volatile.Write(ref _revision, value);
    }

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
            connection = new RedisConnection(multiplexer, endpoint, connector.Keys.Meta, connector.Timeout);
            connection.Info = await connection.ReadInfoAsync().ConfigureAwait(false);
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

    /// <summary>What Redis says about itself now.</summary>
    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public async Task<RedisServerInfo> ReadInfoAsync() => RedisServerInfo.Parse(await RunAsync(_ => _server.InfoRawAsync(), _timeout).ConfigureAwait(false));

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

    /// <summary>Over a connection of its own that the client opens again by itself; <paramref name="received"/> then hears of it too, as messages were missed.</summary>
    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public Task SubscribeAsync(string channel, Action<string> received) => RunAsync(
        async _ =>
        {
            _multiplexer.ConnectionRestored += (_, restored) =>
            {
                if (restored.ConnectionType == ConnectionType.Subscription)
                    received("");
            };
            await _multiplexer.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, message) => received((string?)message ?? "")).ConfigureAwait(false);
            return true;
        },
        _timeout);

    /// <returns>How many heard it.</returns>
    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public Task<long> PublishAsync(string channel, string message) => RunAsync(database => database.PublishAsync(RedisChannel.Literal(channel), message), _timeout);

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
        try
        {
            var running = command(_database);
            _ = running.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return await running.WaitAsync(timeout, Broken).ConfigureAwait(false);
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

    // In a cluster the node whose slot the registry is in; the client finds it. A node that does not know its own address gives
    // none, and the client then knows it twice.
    private static IServer ServerOf(ConnectionMultiplexer multiplexer, string key)
    {
        var server = multiplexer.GetServer((RedisKey)key);
        return server.IsConnected ? server : multiplexer.GetServer(multiplexer.GetEndPoints(configuredOnly: true)[0]);
    }

    // The client also connects to a cluster's other nodes, and has a second connection for messages that it opens again by itself:
    // neither says anything about the one that commands go over.
    private void Failed(object? sender, ConnectionFailedEventArgs failure)
    {
        if (failure.ConnectionType == ConnectionType.Interactive && Equals(failure.EndPoint, _server.EndPoint))
            Break(failure.Exception?.Message ?? failure.FailureType.ToString());
    }

    // These leave the connection as good as it was; all else (READONLY, LOADING, MASTERDOWN, MOVED, NOAUTH …) asks for another server or another try.
    private static bool IsAboutTheData(string message) =>
        message.StartsWith("OOM", StringComparison.Ordinal)
        || message.StartsWith("MISCONF", StringComparison.Ordinal)
        || message.StartsWith("NOREPLICAS", StringComparison.Ordinal)
        || message.StartsWith("WRONGTYPE", StringComparison.Ordinal)
        || message.StartsWith("BUSY", StringComparison.Ordinal);
}
