using HomeCloud.Net.Machine;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>Knows how to reach Redis and its Sentinels: password, TLS, timeouts. The one place that configures the client.</summary>
internal sealed class RedisConnector(RegistryOptions options)
{
    private readonly RedisEndpoints _given = RedisEndpoints.Parse(options.Redis!, out var problem) ?? throw new ArgumentException(problem, nameof(options));

    private readonly RedisAuthority _authority = new(options);

    public TimeSpan Timeout { get; } = options.RedisTimeout;

    public RedisKeys Keys { get; } = new(options.RedisPrefix);

    /// <summary>Of Redis servers; of Sentinels when there is a <see cref="Service"/>.</summary>
    public IReadOnlyList<RedisEndpoint> Endpoints => [.. _given.Endpoints.Select(endpoint => new RedisEndpoint(endpoint.Host, endpoint.Port))];

    /// <summary>What the Sentinels call the primary; null without Sentinels.</summary>
    public string? Service => _given.Service;

    /// <exception cref="IOException">The file of the password or of the authority cannot be read.</exception>
    public ConfigurationOptions Configure(RedisEndpoint endpoint)
    {
        var configuration = Common(endpoint);
        configuration.AllowAdmin = true; // the client counts INFO as administration
        configuration.User = options.RedisUser;
        configuration.Password = options.RedisPasswordFile is { } file ? FirstLine(file) : options.RedisPassword;
        return configuration;
    }

    /// <exception cref="IOException">The file of the password or of the authority cannot be read.</exception>
    public ConfigurationOptions ConfigureSentinel(RedisEndpoint endpoint)
    {
        var configuration = Common(endpoint);
        configuration.CommandMap = CommandMap.Sentinel;
        configuration.Password = options.RedisSentinelPasswordFile is { } file ? FirstLine(file) : null;
        return configuration;
    }

    private ConfigurationOptions Common(RedisEndpoint endpoint)
    {
        var milliseconds = (int)Timeout.TotalMilliseconds;
        // No LoggerFactory: native programs leave the library's log out (install/unused/StackExchange.Redis.xml).
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = milliseconds,
            SyncTimeout = milliseconds,
            AsyncTimeout = milliseconds,
            // A connection that has heard nothing for four timeouts, though asked, counts as dead: so it must be asked.
            KeepAlive = 1,
            // What waits for a connection is to fail with it, not to reach Redis late. (Not FailFast: it fails before the second connection is up.)
            BacklogPolicy = new BacklogPolicy { QueueWhileDisconnected = true, AbortPendingOnConnectionFailure = true },
            ClientName = "homecloud",
            // Keys and channels that the client would use for itself lie outside of our hash tag.
            TieBreaker = "",
            ConfigurationChannel = "",
        };
        configuration.EndPoints.Add(endpoint.Host, endpoint.Port);
        configuration.BeforeSocketConnect = static (_, _, socket) => OutgoingStream.Watch(socket);
        if (options.RedisTls)
        {
            configuration.Ssl = true;
            configuration.SslHost = endpoint.Host;
            // Asked again when the client opens a lost connection by itself: the authority may have been renewed since.
            if (_authority.Options(endpoint.Host) is not null)
                configuration.SslClientAuthenticationOptions = _ => _authority.Options(endpoint.Host)!;
        }

        return configuration;
    }

    public string Explain(RedisEndpoint endpoint, Exception exception)
    {
        var text = exception is TimeoutException ? $"no answer within {Timeout.TotalSeconds:0.###} s" : exception.Message;
        // The client wraps what matters into advice about its own settings.
        var hint = exception.ToString() switch
        {
            var all when all.Contains("NOAUTH", StringComparison.Ordinal) || all.Contains("WRONGPASS", StringComparison.Ordinal)
                || all.Contains("AuthenticationFailure", StringComparison.Ordinal) || all.Contains("invalid password", StringComparison.OrdinalIgnoreCase)
                => "it refused the password; check --redis-password-file, --redis-user and --redis-tls",
            var all when all.Contains("UnableToConnect", StringComparison.Ordinal) || all.Contains("not possible to connect", StringComparison.Ordinal)
                => "no Redis answers there; check that it runs, the port, and whether it needs --redis-tls or a password",
            _ => text,
        };
        return $"Redis at {endpoint}: {hint}";
    }

    private static string? FirstLine(string file) => File.ReadLines(file).FirstOrDefault()?.Trim();
}

/// <summary>One of the servers in <see cref="RegistryOptions.Redis"/>.</summary>
internal readonly record struct RedisEndpoint(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
