using Microsoft.Extensions.Logging;
using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class GeneralOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        List("hosts-file", "FILE", "Static names in the format of /etc/hosts; reloaded when the file changes.", o => o.HostsFiles.Paths) with { Short = 'H' },
        Number("hosts-ttl", "SECONDS", "TTL of the names in hosts files. Default: 60.", (o, v) => o.HostsFiles.Ttl = v),
        Text("data-dir", "DIRECTORY", "Directory for data that survives a restart. Default: /var/lib/homecloud.", (o, v) => o.Registry.DataDirectory = v) with { Short = 'd' },
        Text("redis", "HOST:PORT", "Redis that holds the registry, several addresses separated by commas; or sentinel://HOST[:PORT][,…]/NAME. Default: none.", (o, v) => o.Registry.Redis = v) with { Short = 'r' },
        Text("redis-user", "NAME", "Redis ACL user. Default: the default user.", (o, v) => o.Registry.RedisUser = v),
        Text("redis-password-file", "FILE", "File whose first line is the Redis password.", (o, v) => o.Registry.RedisPasswordFile = v),
        Text("redis-password", "PASSWORD", "Redis password. Prefer the file: other users can see this one in the process list.", (o, v) => o.Registry.RedisPassword = v),
        Text("redis-sentinel-password-file", "FILE", "File whose first line is the Sentinels' password. Default: no password.", (o, v) => o.Registry.RedisSentinelPasswordFile = v),
        Switch("redis-tls", "Use TLS for Redis. Default: off.", (o, v) => o.Registry.RedisTls = v),
        Text("redis-ca-file", "FILE", "PEM file of the CA that signed Redis's certificate. Default: the system's CAs.", (o, v) => o.Registry.RedisCaFile = v),
        Text("redis-ca", "PEM", "The CA certificate as text: PEM, or its base64 in one line.", (o, v) => o.Registry.RedisCa = v),
        Text("redis-prefix", "NAME", "Prefix of all Redis keys. Default: homecloud.", (o, v) => o.Registry.RedisPrefix = v),
        Seconds("drop-after", "How long the names of an agent that has gone are still answered. Default: 604800, a week.", (o, v) => o.Registry.DropAfter = v),
        new("log-level", "LEVEL", "Minimum log level: debug, information, warning or error; CATEGORY=LEVEL for one category (example: HomeCloud.Dns.Forwarding=debug). Default: information.", (o, values) =>
        {
            o.LogLevels.Clear();
            foreach (var value in values)
            {
                var (category, text) = value.Split('=', 2) is [var part, var rest] ? (part, rest) : (null, value);
                if (category is "" || !Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) || int.TryParse(text, out _))
                    return "is not one of trace, debug, information, warning, error, critical, none";
                if (category is null)
                    o.LogLevel = level;
                else
                    o.LogLevels[category] = level;
            }

            return null;
        })
        { Repeatable = true },
        new("log-format", "FORMAT", "text: lines for people or the journal; json: one object per line with named values. Default: text.", (o, values) =>
        {
            o.LogJson = values[0] == "json";
            return values[0] is "text" or "json" ? null : "is neither text nor json";
        }),
    ];
}
