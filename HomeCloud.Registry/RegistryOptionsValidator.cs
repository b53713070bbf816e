namespace HomeCloud.Registry;

/// <summary>Finds what is wrong with <see cref="RegistryOptions"/> before anything starts; every message names the option, the value and the fix.</summary>
public static class RegistryOptionsValidator
{
    /// <summary>Empty when all is well.</summary>
    public static IReadOnlyList<string> Validate(RegistryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            problems.Add($"--data-dir is empty; set a directory (example: {RegistryOptions.DefaultDataDirectory}).");
        if (options.DropAfter <= TimeSpan.Zero)
            problems.Add($"--drop-after is {options.DropAfter}; it must be more than zero (example: 604800 for a week).");
        if (options.UsesRedis)
            CheckRedis(options, problems);
        else
            CheckLeftovers(options, problems);
        return problems;
    }

    private static void CheckRedis(RegistryOptions options, List<string> problems)
    {
        var endpoints = RedisEndpoints.Parse(options.Redis!, out var problem);
        if (endpoints is null)
            problems.Add($"--redis '{options.Redis}': {problem} Write HOST or HOST:PORT, several separated by commas.");
        if (options.RedisUser is not null && options.RedisPassword is null && options.RedisPasswordFile is null)
            problems.Add($"--redis-user '{options.RedisUser}' is set without a password; add --redis-password-file.");
        if (options.RedisSentinelPasswordFile is not null && endpoints is { Service: null })
            problems.Add("--redis-sentinel-password-file is set, but --redis has no Sentinel; write --redis sentinel://HOST[:PORT][,…]/NAME, or remove the file option.");
        if (options.RedisSentinelPasswordFile is { } sentinel && !File.Exists(sentinel))
            problems.Add($"--redis-sentinel-password-file '{sentinel}' does not exist; create it with the Sentinels' password in the first line.");
        if (options.RedisPrefix.Length is 0 or > 64 || NameRules.CheckOwner(options.RedisPrefix) is not null)
            problems.Add($"--redis-prefix '{options.RedisPrefix}' must be 1 to 64 letters, digits, '-', '_' and '.'; it becomes the hash tag of all keys.");
        if (options.RedisPassword is not null && options.RedisPasswordFile is not null)
            problems.Add("--redis-password and --redis-password-file are both set; keep the file.");
        if (options.RedisPasswordFile is { } file && !File.Exists(file))
            problems.Add($"--redis-password-file '{file}' does not exist; create it with the password in the first line.");
        if (options.RedisCaFile is { } ca && !File.Exists(ca))
            problems.Add($"--redis-ca-file '{ca}' does not exist; set the PEM file of the CA that signed Redis's certificate.");
        if ((options.RedisCaFile is not null || options.RedisCa is not null) && !options.RedisTls)
            problems.Add("--redis-ca-file or --redis-ca is set without --redis-tls; add --redis-tls, or remove it.");
        if (options.RedisCaFile is not null && options.RedisCa is not null)
            problems.Add("--redis-ca-file and --redis-ca are both set; keep the file.");
        if (options.RedisCa is { } text && RedisAuthority.FromText(text) is null)
            problems.Add("--redis-ca is not a valid certificate; set PEM (-----BEGIN CERTIFICATE-----…), or the output of: base64 -w0 ca.crt");
        if (options.RedisTimeout < TimeSpan.FromMilliseconds(50) || options.RedisTimeout > TimeSpan.FromMinutes(1))
            problems.Add($"RedisTimeout is {options.RedisTimeout}; it must be 50 ms to 1 minute.");
        if (options.RedisPollInterval < TimeSpan.FromMilliseconds(10) || options.RedisPollInterval > TimeSpan.FromMinutes(1))
            problems.Add($"RedisPollInterval is {options.RedisPollInterval}; it must be 10 ms to 1 minute.");
        if (options.RedisChangeLogLength < 100)
            problems.Add($"RedisChangeLogLength is {options.RedisChangeLogLength}; it must be 100 or more.");
    }

    private static void CheckLeftovers(RegistryOptions options, List<string> problems)
    {
        if (options.RedisUser is not null || options.RedisPassword is not null || options.RedisPasswordFile is not null || options.RedisSentinelPasswordFile is not null
            || options.RedisTls || options.RedisCaFile is not null || options.RedisCa is not null)
            problems.Add("A Redis user, password or TLS option is set without --redis; add --redis HOST:PORT, or remove them.");
    }
}
