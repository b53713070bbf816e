using System.Globalization;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Registry;

/// <summary>What <see cref="RegistryOptions.Redis"/> says: Redis servers, or Sentinels that know which of them is the primary.</summary>
/// <param name="Endpoints">In the order given, without repetitions.</param>
/// <param name="Service">The name under which the Sentinels at <paramref name="Endpoints"/> watch a primary; null when those are Redis servers.</param>
public sealed record RedisEndpoints(IReadOnlyList<(string Host, int Port)> Endpoints, string? Service)
{
    public const int DefaultPort = 6379;
    public const int DefaultSentinelPort = 26379;
    private const string SentinelScheme = "sentinel://";

    /// <param name="text"><c>HOST[:PORT][,…]</c> or <c>sentinel://HOST[:PORT][,…]/NAME</c>; hosts are names, IPv4 or bracketed IPv6 addresses.</param>
    /// <param name="problem">A sentence when the result is null.</param>
    public static RedisEndpoints? Parse(string text, out string? problem)
    {
        string? service = null;
        var hosts = text.Trim();
        if (hosts.StartsWith(SentinelScheme, StringComparison.OrdinalIgnoreCase))
        {
            var slash = hosts.LastIndexOf('/');
            service = slash < SentinelScheme.Length ? "" : hosts[(slash + 1)..];
            if (service.Length == 0 || service.Any(char.IsWhiteSpace))
            {
                problem = "the name of the primary is missing; write sentinel://HOST[:PORT][,…]/NAME, with the NAME of `sentinel monitor NAME` in sentinel.conf.";
                return null;
            }

            hosts = hosts[SentinelScheme.Length..slash];
        }

        var list = new List<(string, int)>();
        foreach (var item in hosts.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryParseOne(item, service is null ? DefaultPort : DefaultSentinelPort, out var endpoint))
            {
                problem = $"'{item}' is not a valid HOST or HOST:PORT.";
                return null;
            }

            if (!list.Contains(endpoint))
                list.Add(endpoint);
        }

        problem = null;
        return new RedisEndpoints(list, service);
    }

    private static bool TryParseOne(string text, int defaultPort, out (string Host, int Port) endpoint)
    {
        var host = text;
        var port = defaultPort;
        var colon = text.LastIndexOf(':');
        var bracket = text.LastIndexOf(']');
        if (colon > bracket && (bracket > 0 || text.IndexOf(':', StringComparison.Ordinal) == colon))
        {
            host = text[..colon];
            if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
                port = 0;
        }

        host = host.Trim('[', ']');
        endpoint = (host, port);
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            && (!AddressText.IsMeantAsAddress(host) || AddressText.TryParse(host, out _))
            && port is > 0 and < 65536;
    }
}
