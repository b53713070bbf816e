using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether Redis is there, keeps what it is told over a restart, and lets nobody in without a password.</summary>
internal sealed class RedisCheck : IDoctorCheck
{
    public string Id => "redis";

    public Phrase Title => "Redis";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        var options = patient.Options.Registry;
        if (!options.UsesRedis)
            return [Finding.Note("not used (names are stored in this machine's own file)")];
        if (RedisEndpoints.Parse(options.Redis!, out var wrong) is not { } given)
            return [Finding.Problem($"--redis '{options.Redis}': {wrong}", "Write HOST or HOST:PORT, several with commas between, or sentinel://HOST[:PORT][,…]/NAME.")];
        List<Finding> findings = [];
        var address = Text(given.Endpoints[0]);
        try
        {
            if (given.Service is { } service)
            {
                if (await PrimaryAsync(given, service, options, cancellationToken) is not { } primary)
                    return [Finding.Problem($"No Sentinel of {options.Redis} has a primary named '{service}'. DNS continues with the names it has; changes wait.", "Compare the name with `sentinel monitor` in sentinel.conf, and check that a Sentinel runs.")];
                address = primary;
            }
            else if (given.Endpoints.Count > 1)
            {
                address = await PrimaryOfAsync(given, options, cancellationToken) ?? address;
            }

            await using (var stranger = await RedisSession.OpenAsync(address, options, cancellationToken))
            {
                if (await stranger.AskAsync(cancellationToken, "PING") == "+PONG")
                    findings.Add(Finding.Warning($"Redis at {address} needs no password: every machine that reaches it can change every name.", "Set one. With compose: REDIS_PASSWORD in .env. Otherwise: requirepass in redis.conf, and redis-password-file in /etc/homecloud/agent.json and dns.json."));
            }

            await using var session = await RedisSession.OpenAsync(address, options, cancellationToken);
            if (findings.Count == 0 && await LogInAsync(session, options, cancellationToken) == false)
                return [Finding.Problem($"Redis at {address} refuses the password.", "Use the same password as Redis. With compose: REDIS_PASSWORD in .env is that of the first machine. Otherwise: that of redis.conf (requirepass, or the user's) in the file that redis-password-file names in /etc/homecloud/agent.json and dns.json.")];
            var info = await session.AskAsync(cancellationToken, "INFO");
            if (info.StartsWith("-NOAUTH", StringComparison.Ordinal))
                return [Finding.Note($"Redis at {address} answers and needs a password; none is set for the doctor.", "Set it:  HOMECLOUD_REDIS_PASSWORD=…")];
            if (info.StartsWith("-NOPERM", StringComparison.Ordinal))
                return [Finding.Problem($"Redis at {address} does not let the user '{options.RedisUser}' run INFO, which HomeCloud needs.", "Add the rule of docs/registry.md:  ACL SETUSER … +info")];
            if (info.StartsWith("-LOADING", StringComparison.Ordinal))
                return [Finding.Note($"Redis at {address} is still loading its data.")];
            findings.AddRange(Judge(address, Fields(info)));
            findings.AddRange(await TwinAgents.FindAsync(session, options, cancellationToken));
            return findings;
        }
        catch (System.Security.Authentication.AuthenticationException error)
        {
            return [Finding.Problem($"Redis at {address} presents a certificate that is not trusted: {error.Message}", "Name its CA. With compose: REDIS_CERTIFICATE in .env is that of the first machine. Otherwise: redis-ca-file in /etc/homecloud/agent.json and dns.json; the certificate must be for the name or address in redis.")];
        }
        catch (Exception error) when (error is System.Net.Sockets.SocketException or IOException)
        {
            return [Finding.Problem($"Redis at {address} does not answer: {error.Message}. DNS continues with the names it has; changes wait.", "Start it:  docker compose -f compose.redis.yaml up -d redis   or   sudo systemctl start redis-server")];
        }
    }

    /// <returns>Whether the password was right; null when none is given.</returns>
    private static async Task<bool?> LogInAsync(RedisSession session, RegistryOptions options, CancellationToken cancellationToken)
    {
        string[] login = options.RedisUser is { } user ? ["AUTH", user] : ["AUTH"];
        return Password(options) is { Length: > 0 } password ? await session.AskAsync(cancellationToken, [.. login, password]) == "+OK" : null;
    }

    /// <summary>Of several servers the one that is written to: the others are its replicas.</summary>
    private static Task<string?> PrimaryOfAsync(RedisEndpoints given, RegistryOptions options, CancellationToken cancellationToken) => FirstAsync(
        given,
        options,
        async (session, address) =>
        {
            await LogInAsync(session, options, cancellationToken);
            return Fields(await session.AskAsync(cancellationToken, "INFO")).GetValueOrDefault("role") == "master" ? address : null;
        },
        cancellationToken);

    private static Task<string?> PrimaryAsync(RedisEndpoints sentinels, string service, RegistryOptions options, CancellationToken cancellationToken) => FirstAsync(
        sentinels,
        options,
        async (session, _) =>
        {
            if (options.RedisSentinelPasswordFile is { } file)
                await session.AskAsync(cancellationToken, "AUTH", FirstLine(file) ?? "");
            return await session.AskPairAsync(cancellationToken, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", service) is var (host, port) && int.TryParse(port, out var number)
                ? Text((host, number))
                : null;
        },
        cancellationToken);

    /// <param name="given">Whom to ask, one after the other.</param>
    /// <param name="options">How to reach them.</param>
    /// <param name="askAsync">Gives null when this one does not know.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private static async Task<string?> FirstAsync(RedisEndpoints given, RegistryOptions options, Func<RedisSession, string, Task<string?>> askAsync, CancellationToken cancellationToken)
    {
        foreach (var endpoint in given.Endpoints)
        {
            try
            {
                await using var session = await RedisSession.OpenAsync(Text(endpoint), options, cancellationToken);
                if (await askAsync(session, Text(endpoint)) is { } found)
                    return found;
            }
            catch (Exception error) when (error is System.Net.Sockets.SocketException or IOException or System.Security.Authentication.AuthenticationException)
            {
                continue; // the next one may know
            }
        }

        return null;
    }

    private static string Text((string Host, int Port) endpoint) =>
        endpoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.Host}]:{endpoint.Port}" : $"{endpoint.Host}:{endpoint.Port}";

    private static string? Password(RegistryOptions options) =>
        options.RedisPasswordFile is { Length: > 0 } file && File.Exists(file) ? FirstLine(file) : options.RedisPassword;

    private static string? FirstLine(string file) => File.ReadLines(file).FirstOrDefault()?.Trim();

    private static IEnumerable<Finding> Judge(string address, Dictionary<string, string> info)
    {
        if (info.GetValueOrDefault("aof_enabled") == "0")
            yield return Finding.Warning($"Redis at {address} has no append-only file: names added by hand are lost when it crashes.", Finding.Verbatim("redis-cli CONFIG SET appendonly yes && redis-cli CONFIG REWRITE"));
        if (info.GetValueOrDefault("aof_last_write_status") == "err" || info.GetValueOrDefault("rdb_last_bgsave_status") == "err")
            yield return Finding.Problem($"Redis at {address} cannot write its files.", "Check whether its disk is full (df -h) and read its log.");
        if (info.GetValueOrDefault("maxmemory_policy") is { } policy and not "noeviction")
            yield return Finding.Warning($"Redis at {address} evicts data when memory is short ({policy}): names would disappear.", Finding.Verbatim("redis-cli CONFIG SET maxmemory-policy noeviction && redis-cli CONFIG REWRITE"));
        yield return Finding.Ok($"version {info.GetValueOrDefault("redis_version")} as {info.GetValueOrDefault("role")} at {address}");
    }

    private static Dictionary<string, string> Fields(string info) => info.Split('\n')
        .Select(line => line.Trim().Split(':', 2))
        .Where(parts => parts.Length == 2)
        .GroupBy(parts => parts[0])
        .ToDictionary(group => group.Key, group => group.First()[1]);
}
