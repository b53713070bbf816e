using System.Globalization;

namespace HomeCloud.Registry;

/// <summary>The list in <see cref="RegistryOptions.Redis"/>: host names, IPv4 and bracketed IPv6 addresses, each with an optional port.</summary>
internal static class RedisEndpoints
{
    public const int DefaultPort = 6379;

    /// <param name="text"><c>HOST[:PORT][,…]</c>.</param>
    /// <param name="endpoints">In the order given, without repetitions.</param>
    /// <param name="problem">A sentence when the result is false.</param>
    public static bool TryParse(string text, out IReadOnlyList<(string Host, int Port)> endpoints, out string? problem)
    {
        var list = new List<(string, int)>();
        endpoints = list;
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryParseOne(item, out var endpoint))
            {
                problem = $"'{item}' is not a host with an optional port.";
                return false;
            }

            if (!list.Contains(endpoint))
                list.Add(endpoint);
        }

        problem = null;
        return true;
    }

    private static bool TryParseOne(string text, out (string Host, int Port) endpoint)
    {
        var host = text;
        var port = DefaultPort;
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
