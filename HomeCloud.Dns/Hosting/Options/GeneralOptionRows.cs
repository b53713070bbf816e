using Microsoft.Extensions.Logging;
using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class GeneralOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        List("hosts-file", "FILE", "Static names in the format of /etc/hosts, read again when it changes.", o => o.HostsFiles.Paths) with { Short = 'H' },
        Number("hosts-ttl", "SECONDS", "TTL of the names in hosts files. Default: 60.", (o, v) => o.HostsFiles.Ttl = v),
        Text("data-dir", "DIRECTORY", "Where the server keeps what survives a restart. Default: /var/lib/homecloud.", (o, v) => o.Registry.DataDirectory = v) with { Short = 'd' },
        Text("redis", "HOST:PORT", "Redis that holds the registry, several addresses separated by commas; or sentinel://HOST[:PORT][,…]/NAME. Default: none.", (o, v) => o.Registry.Redis = v) with { Short = 'r' },
        Text("redis-user", "NAME", "ACL user of Redis. Default: the default user.", (o, v) => o.Registry.RedisUser = v),
        Text("redis-password-file", "FILE", "File whose first line is the password of Redis.", (o, v) => o.Registry.RedisPasswordFile = v),
        Text("redis-password", "PASSWORD", "Password of Redis; a file is better, which others cannot see in the process list.", (o, v) => o.Registry.RedisPassword = v),
        Text("redis-sentinel-password-file", "FILE", "File whose first line is the password of the Sentinels. Default: they have none.", (o, v) => o.Registry.RedisSentinelPasswordFile = v),
        Switch("redis-tls", "Speak TLS to Redis. Default: off.", (o, v) => o.Registry.RedisTls = v),
        Text("redis-ca-file", "FILE", "PEM file of the authority that signed Redis's certificate. Default: the system's.", (o, v) => o.Registry.RedisCaFile = v),
        Text("redis-ca", "PEM", "The same as text: PEM, or its base64 in one line.", (o, v) => o.Registry.RedisCa = v),
        Text("redis-prefix", "NAME", "All keys in Redis begin with it. Default: homecloud.", (o, v) => o.Registry.RedisPrefix = v),
        Seconds("drop-after", "How long the names of an agent that is gone still answer. Default: 604800, a week.", (o, v) => o.Registry.DropAfter = v),
        new("log-level", "LEVEL", "Least severe log line that is written: debug, information, warning or error; CATEGORY=LEVEL for a part, such as HomeCloud.Dns.Forwarding=debug. Default: information.", (o, values) =>
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
        new("log-format", "FORMAT", "text: a line for people, or for the journal; json: an object a line, with every value by its name. Default: text.", (o, values) =>
        {
            o.LogJson = values[0] == "json";
            return values[0] is "text" or "json" ? null : "is neither text nor json";
        }),
    ];
}
