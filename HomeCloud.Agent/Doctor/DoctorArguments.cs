using System.Net;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Stub;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Doctor;

/// <summary>Reads the doctor's arguments, and from the environment what the services themselves are told.</summary>
public static class DoctorArguments
{
    public const string Usage = """
        homecloud doctor [--json] [--network NAME] [--dns ADDR[:PORT]] [--zone ZONE] [--router ADDR[:PORT]]
                         [--shared-address ADDR]... [--peer-dns ADDR[:PORT]]...
                         [--redis HOST:PORT] [--redis-user NAME] [--redis-password-file FILE] [--redis-tls] [--redis-ca-file FILE]
                         [--tls HOST:PORT]... [--time-server HOST]
                         [--only ID[,ID...]] [--list]

        Looks for every known trap on this machine and its LAN, and says how to lift it. It changes nothing.

          --json                     the findings for scripts
          --network NAME             the Docker network on the LAN; else the first macvlan or ipvlan network
          --dns ADDR[:PORT]          where HomeCloud's DNS server listens; else it is looked for
          --shared-address ADDR      the DNS address that several machines hold in turn; repeatable
          --peer-dns ADDR[:PORT]     the other machine's DNS server, at its own address; repeatable
          --zone ZONE                the zone of your names (home)
          --router ADDR[:PORT]       the router's DNS server; else the default gateway
          --redis HOST:PORT[,…]      the registry of several machines, or sentinel://HOST[:PORT][,…]/NAME
          --redis-user NAME          an ACL user
          --redis-password-file FILE
          --redis-tls                over TLS
          --redis-ca-file FILE       PEM file of the authority that signed Redis's certificate
          --tls HOST:PORT            where the page is served over TLS, for its certificate; repeatable
          --time-server HOST         else the router, then pool.ntp.org
          --control-socket PATH      the running agent's (/run/homecloud/agent.sock)
          --only ID[,ID...]          these checks only
          --list                     the checks that there are

        Ends with 0, or with 1 when something does not work.
        """;

    /// <returns>What is wrong, or null.</returns>
    public static string? Read(IReadOnlyList<string> arguments, DoctorOptions options, DoctorRequest request)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (name is "--json")
                request.Json = true;
            else if (name is "--list")
                request.List = true;
            else if (name is "--redis-tls")
                options.Registry.RedisTls = true;
            else if (i + 1 >= arguments.Count)
                return $"{name} is unknown or has no value.\n{Usage}";
            else if (Apply(name, arguments[++i], options, request) is { } problem)
                return problem;
        }

        return null;
    }

    /// <summary>Takes over what HOMECLOUD_… variables say of Redis, the network and the shared address.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? ReadEnvironmentInto(DoctorOptions options, Func<string, string?> variable)
    {
        options.Network = NotEmpty(variable("HOMECLOUD_NETWORK"));
        options.Registry = new RegistryOptions
        {
            Redis = NotEmpty(variable("HOMECLOUD_REDIS")),
            RedisUser = NotEmpty(variable("HOMECLOUD_REDIS_USER")),
            RedisPassword = NotEmpty(variable("HOMECLOUD_REDIS_PASSWORD")),
            RedisPasswordFile = NotEmpty(variable("HOMECLOUD_REDIS_PASSWORD_FILE")),
            RedisSentinelPasswordFile = NotEmpty(variable("HOMECLOUD_REDIS_SENTINEL_PASSWORD_FILE")),
            RedisTls = variable("HOMECLOUD_REDIS_TLS")?.ToLowerInvariant() is "true" or "on" or "yes" or "1",
            RedisCaFile = NotEmpty(variable("HOMECLOUD_REDIS_CA_FILE")),
            RedisCa = NotEmpty(variable("HOMECLOUD_REDIS_CA")),
        };
        if (NotEmpty(variable("HOMECLOUD_CONTROL_SOCKET")) is { } socket)
            options.ControlSocket = socket;
        return Add(options.SharedAddresses, "HOMECLOUD_SHARED_ADDRESS", variable("HOMECLOUD_SHARED_ADDRESS") ?? "")
            ?? Add(options.PeerDns, "HOMECLOUD_PEER_DNS", variable("HOMECLOUD_PEER_DNS") ?? "");
    }

    private static string? Apply(string name, string value, DoctorOptions options, DoctorRequest request)
    {
        switch (name)
        {
            case "--network":
                options.Network = value;
                return null;
            case "--zone":
                options.Zone = value.TrimEnd('.').ToLowerInvariant();
                return null;
            case "--dns":
                options.Dns = Address(value);
                return options.Dns is null ? $"--dns '{value}' is not a valid address (example: 192.168.1.53)." : null;
            case "--router":
                options.Router = Address(value);
                return options.Router is null ? $"--router '{value}' is not a valid address (example: 192.168.1.1)." : null;
            case "--shared-address":
                return Add(options.SharedAddresses, name, value);
            case "--peer-dns":
                return Add(options.PeerDns, name, value);
            case "--redis":
                options.Registry.Redis = value;
                return null;
            case "--redis-user":
                options.Registry.RedisUser = value;
                return null;
            case "--redis-ca-file":
                options.Registry.RedisCaFile = value;
                return File.Exists(value) ? null : $"--redis-ca-file '{value}' does not exist.";
            case "--redis-password-file":
                options.Registry.RedisPasswordFile = value;
                return File.Exists(value) ? null : $"--redis-password-file '{value}' does not exist.";
            case "--tls":
                options.TlsEndPoints.Add(value);
                return null;
            case "--time-server":
                options.TimeServer = value;
                return null;
            case "--etc":
                options.EtcFolder = value;
                return null;
            case "--control-socket":
                options.ControlSocket = value;
                return null;
            case "--only":
                request.Only = [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
                return null;
            default:
                return $"{name} is not an option of doctor.\n{Usage}";
        }
    }

    private static string? Add(IList<IPEndPoint> list, string name, string value)
    {
        foreach (var text in value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Address(text) is not { } address)
                return $"{name} '{text}' is not a valid address (example: 192.168.1.53).";
            list.Add(address);
        }

        return null;
    }

    private static IPEndPoint? Address(string text) =>
        AddressText.TryParse(text, out var address) ? new IPEndPoint(address, StubClient.DnsPort) : AddressText.TryParseEndPoint(text, out var endPoint) ? endPoint : null;

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>How the findings are printed.</summary>
public sealed class DoctorRequest
{
    public bool Json { get; set; }

    /// <summary>Only name the checks.</summary>
    public bool List { get; set; }

    /// <summary>Ids of the checks to run; empty: all.</summary>
    public IReadOnlyList<string> Only { get; set; } = [];
}
