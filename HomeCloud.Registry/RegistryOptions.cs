namespace HomeCloud.Registry;

/// <summary>Which registry a process uses, and how. With <see cref="Redis"/> unset it is the embedded one, a file in <see cref="DataDirectory"/>.</summary>
public sealed class RegistryOptions
{
    public const string DefaultDataDirectory = "/var/lib/homecloud";

    /// <summary>File in <see cref="DataDirectory"/> that tells this machine from another with the same agent id on a shared Redis: never copied to another.</summary>
    public const string PlaceFile = "registry-place";

    /// <summary>Where the names are kept on disk (<c>--data-dir</c>). Created when it does not exist.</summary>
    public string DataDirectory { get; set; } = DefaultDataDirectory;

    /// <summary>
    /// File name inside <see cref="DataDirectory"/>; null takes <c>names.json</c> for the embedded registry, and
    /// <c>names.PROGRAM.json</c> for the copy that a program keeps of Redis, so that agent and DNS server can share a directory.
    /// </summary>
    public string? FileName { get; set; }

    /// <summary>
    /// <c>HOST[:PORT][,…]</c>: a Redis primary and its replicas, in any order; or <c>sentinel://HOST[:PORT][,…]/NAME</c>: the
    /// Sentinels that know the primary (<c>--redis</c>). Null or empty: no Redis.
    /// </summary>
    public string? Redis { get; set; }

    /// <summary>Redis ACL user name (<c>--redis-user</c>); null for the default user, whose password is <c>requirepass</c>.</summary>
    public string? RedisUser { get; set; }

    /// <summary>Password of Redis; better given by <see cref="RedisPasswordFile"/>, which other users cannot see in the process list.</summary>
    public string? RedisPassword { get; set; }

    /// <summary>File whose first line is the password (<c>--redis-password-file</c>); read again at every connect.</summary>
    public string? RedisPasswordFile { get; set; }

    /// <summary>File whose first line is the password of the Sentinels (<c>--redis-sentinel-password-file</c>); null when they have none.</summary>
    public string? RedisSentinelPasswordFile { get; set; }

    /// <summary>Speak TLS to Redis, and to its Sentinels (<c>--redis-tls</c>).</summary>
    public bool RedisTls { get; set; }

    /// <summary>PEM file with the certificate authority that signed Redis's certificate (<c>--redis-ca-file</c>); null trusts the system's.</summary>
    public string? RedisCaFile { get; set; }

    /// <summary>
    /// The same as text (<c>--redis-ca</c>): PEM, or its base64 in one line, as it fits into an .env file. What Redis shows may also be
    /// this certificate itself.
    /// </summary>
    public string? RedisCa { get; set; }

    /// <summary>All keys are <c>{PREFIX}:…</c>, one Redis Cluster hash tag (<c>--redis-prefix</c>). Two homes on one Redis take two prefixes.</summary>
    public string RedisPrefix { get; set; } = "homecloud";

    /// <summary>How long one command to Redis may take before the connection counts as broken.</summary>
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a follower asks Redis without having been woken, and judges leases.</summary>
    public TimeSpan RedisPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>About how many writes the change log in Redis holds; a reader further behind takes a whole snapshot.</summary>
    public int RedisChangeLogLength { get; set; } = 10_000;

    /// <summary>After Redis was away, how long readers believe in the owners they knew, while these renew their leases and put their records back.</summary>
    public TimeSpan ReturnGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a dead owner's records still answer before they are dropped (<c>--drop-after</c>).</summary>
    public TimeSpan DropAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The embedded registry takes an owner that it only knows from its file for dead when nothing was heard of it for this long after the start.</summary>
    public TimeSpan ClaimAfterStart { get; set; } = TimeSpan.FromMinutes(10);

    public bool UsesRedis => !string.IsNullOrWhiteSpace(Redis);
}
