namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether Redis is there, keeps what it is told over a restart, and lets nobody in without a password.</summary>
internal sealed class RedisCheck : IDoctorCheck
{
    public string Id => "redis";

    public string Title => "Redis";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.Options.Redis is not { Length: > 0 } address)
            return [Finding.Note("not used (names are kept in this machine's own file)")];
        List<Finding> findings = [];
        try
        {
            await using (var stranger = await RedisSession.OpenAsync(address, cancellationToken))
            {
                if (await stranger.AskAsync(cancellationToken, "PING") == "+PONG")
                    findings.Add(Finding.Warning($"Redis at {address} lets anybody in without a password: whoever reaches it can change every name.", "Set one:  requirepass in redis.conf (REDIS_PASSWORD in .env with compose), and HOMECLOUD_REDIS_PASSWORD for agent and DNS server."));
            }

            await using var session = await RedisSession.OpenAsync(address, cancellationToken);
            if (patient.Options.RedisPassword is { Length: > 0 } password && findings.Count == 0 && await session.AskAsync(cancellationToken, "AUTH", password) != "+OK")
                return [Finding.Problem($"Redis at {address} refuses the password.", "Use the same in redis.conf (requirepass) and in HOMECLOUD_REDIS_PASSWORD.")];
            var info = await session.AskAsync(cancellationToken, "INFO");
            if (info.StartsWith("-NOAUTH", StringComparison.Ordinal))
                return [Finding.Note($"Redis at {address} answers and asks for a password; none was given to the doctor.", "Give it:  HOMECLOUD_REDIS_PASSWORD=…")];
            if (info.StartsWith("-LOADING", StringComparison.Ordinal))
                return [Finding.Note($"Redis at {address} is still loading its data.")];
            findings.AddRange(Judge(address, Fields(info)));
            return findings;
        }
        catch (Exception error) when (error is System.Net.Sockets.SocketException or IOException)
        {
            return [Finding.Problem($"Redis at {address} does not answer: {error.Message}. DNS goes on with the names it knows; changes wait.", "Start it:  docker compose up -d redis   or   sudo systemctl start redis-server")];
        }
    }

    private static IEnumerable<Finding> Judge(string address, Dictionary<string, string> info)
    {
        if (info.GetValueOrDefault("aof_enabled") == "0")
            yield return Finding.Warning($"Redis at {address} keeps no append-only file: names added by hand are lost when it dies.", "redis-cli CONFIG SET appendonly yes && redis-cli CONFIG REWRITE");
        if (info.GetValueOrDefault("aof_last_write_status") == "err" || info.GetValueOrDefault("rdb_last_bgsave_status") == "err")
            yield return Finding.Problem($"Redis at {address} cannot write its files.", "Is its disk full?  df -h; its log says more.");
        if (info.GetValueOrDefault("maxmemory_policy") is { } policy and not "noeviction")
            yield return Finding.Warning($"Redis at {address} throws data away when memory is short ({policy}): names would vanish.", "redis-cli CONFIG SET maxmemory-policy noeviction && redis-cli CONFIG REWRITE");
        yield return Finding.Ok($"version {info.GetValueOrDefault("redis_version")} as {info.GetValueOrDefault("role")} at {address}");
    }

    private static Dictionary<string, string> Fields(string info) => info.Split('\n')
        .Select(line => line.Trim().Split(':', 2))
        .Where(parts => parts.Length == 2)
        .GroupBy(parts => parts[0])
        .ToDictionary(group => group.Key, group => group.First()[1]);
}
