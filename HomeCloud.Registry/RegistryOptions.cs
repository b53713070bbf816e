using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Registry.RegistryOptions>;

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

    public static OptionRow<RegistryOptions>[] Rows =>
    [
        Text("data-dir", "DIRECTORY", "Directory for data that survives a restart. Default: /var/lib/homecloud.", (o, v) => o.DataDirectory = v, 'd'),
        Text("redis", "HOST:PORT", "Redis that holds the registry, several addresses separated by commas; or sentinel://HOST[:PORT][,…]/NAME. Default: none.", (o, v) => o.Redis = v, 'r'),
        Text("redis-user", "NAME", "Redis ACL user. Default: the default user.", (o, v) => o.RedisUser = v),
        Text("redis-password-file", "FILE", "File whose first line is the Redis password.", (o, v) => o.RedisPasswordFile = v),
        Text("redis-password", "PASSWORD", "Redis password. Prefer the file: other users can see this one in the process list.", (o, v) => o.RedisPassword = v),
        Text("redis-sentinel-password-file", "FILE", "File whose first line is the Sentinels' password. Default: no password.", (o, v) => o.RedisSentinelPasswordFile = v),
        Switch("redis-tls", "Use TLS for Redis. Default: off.", (o, v) => o.RedisTls = v),
        Text("redis-ca-file", "FILE", "PEM file of the CA that signed Redis's certificate. Default: the system's CAs.", (o, v) => o.RedisCaFile = v),
        Text("redis-ca", "PEM", "The CA certificate as text: PEM, or its base64 in one line.", (o, v) => o.RedisCa = v),
        Text("redis-prefix", "NAME", "Prefix of all Redis keys. Default: homecloud.", (o, v) => o.RedisPrefix = v),
        Seconds("drop-after", "How long the names of an agent that has gone are still answered. Default: 604800, a week.", (o, v) => o.DropAfter = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(DataDirectory))
            problems.Add($"--data-dir is empty; set a directory (example: {DefaultDataDirectory}).");
        if (DropAfter <= TimeSpan.Zero)
            problems.Add($"--drop-after is {DropAfter}; it must be more than zero (example: 604800 for a week).");
        if (UsesRedis)
            CheckRedis(problems);
        else
            CheckLeftovers(problems);
        return problems;
    }

    private void CheckRedis(List<string> problems)
    {
        var endpoints = RedisEndpoints.Parse(Redis!, out var problem);
        if (endpoints is null)
            problems.Add($"--redis '{Redis}': {problem} Write HOST or HOST:PORT, several separated by commas.");
        if (RedisUser is not null && RedisPassword is null && RedisPasswordFile is null)
            problems.Add($"--redis-user '{RedisUser}' is set without a password; add --redis-password-file.");
        if (RedisSentinelPasswordFile is not null && endpoints is { Service: null })
            problems.Add("--redis-sentinel-password-file is set, but --redis has no Sentinel; write --redis sentinel://HOST[:PORT][,…]/NAME, or remove the file option.");
        if (RedisSentinelPasswordFile is { } sentinel && !File.Exists(sentinel))
            problems.Add($"--redis-sentinel-password-file '{sentinel}' does not exist; create it with the Sentinels' password in the first line.");
        if (RedisPrefix.Length is 0 or > 64 || NameRules.CheckOwner(RedisPrefix) is not null)
            problems.Add($"--redis-prefix '{RedisPrefix}' must be 1 to 64 letters, digits, '-', '_' and '.'; it becomes the hash tag of all keys.");
        if (RedisPassword is not null && RedisPasswordFile is not null)
            problems.Add("--redis-password and --redis-password-file are both set; keep the file.");
        if (RedisPasswordFile is { } file && !File.Exists(file))
            problems.Add($"--redis-password-file '{file}' does not exist; create it with the password in the first line.");
        if (RedisCaFile is { } ca && !File.Exists(ca))
            problems.Add($"--redis-ca-file '{ca}' does not exist; set the PEM file of the CA that signed Redis's certificate.");
        if ((RedisCaFile is not null || RedisCa is not null) && !RedisTls)
            problems.Add("--redis-ca-file or --redis-ca is set without --redis-tls; add --redis-tls, or remove it.");
        if (RedisCaFile is not null && RedisCa is not null)
            problems.Add("--redis-ca-file and --redis-ca are both set; keep the file.");
        if (RedisCa is { } text && RedisAuthority.FromText(text) is null)
            problems.Add("--redis-ca is not a valid certificate; set PEM (-----BEGIN CERTIFICATE-----…), or the output of: base64 -w0 ca.crt");
        if (RedisTimeout < TimeSpan.FromMilliseconds(50) || RedisTimeout > TimeSpan.FromMinutes(1))
            problems.Add($"RedisTimeout is {RedisTimeout}; it must be 50 ms to 1 minute.");
        if (RedisPollInterval < TimeSpan.FromMilliseconds(10) || RedisPollInterval > TimeSpan.FromMinutes(1))
            problems.Add($"RedisPollInterval is {RedisPollInterval}; it must be 10 ms to 1 minute.");
        if (RedisChangeLogLength < 100)
            problems.Add($"RedisChangeLogLength is {RedisChangeLogLength}; it must be 100 or more.");
    }

    private void CheckLeftovers(List<string> problems)
    {
        if (RedisUser is not null || RedisPassword is not null || RedisPasswordFile is not null || RedisSentinelPasswordFile is not null
            || RedisTls || RedisCaFile is not null || RedisCa is not null)
        {
            problems.Add("A Redis user, password or TLS option is set without --redis; add --redis HOST:PORT, or remove them.");
        }
    }
}
