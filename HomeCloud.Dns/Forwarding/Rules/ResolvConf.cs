using System.Net;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Forwarding.Rules;

/// <summary>The host's own servers, from resolv.conf(5).</summary>
internal static class ResolvConf
{
    private static readonly IPAddress Stub = IPAddress.Parse("127.0.0.53");
    private static readonly IPAddress ProxyStub = IPAddress.Parse("127.0.0.54");

    /// <summary>The servers named in the host's file; behind systemd-resolved's stub, those that it uses itself.</summary>
    public static IReadOnlyList<IPEndPoint> ReadHost(string path, string pathBehindStub)
    {
        var servers = Read(path);
        if (servers.Count == 0 || !servers.All(IsStub))
            return servers;
        var behind = Read(pathBehindStub);
        return behind.Count > 0 ? behind : servers;
    }

    public static IReadOnlyList<IPEndPoint> Parse(string text)
    {
        var servers = new List<IPEndPoint>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (!trimmed.StartsWith("nameserver") || trimmed.Length < 11 || !char.IsWhiteSpace(trimmed[10]))
                continue;
            var value = trimmed[10..].TrimStart();
            var end = value.IndexOfAny(" \t#;");
            if (end >= 0)
                value = value[..end];
            if (!AddressText.TryParse(value.ToString(), out var address))
                continue;
            var server = new IPEndPoint(address, UpstreamAddress.PlainPort);
            if (!servers.Contains(server))
                servers.Add(server);
        }

        return servers;
    }

    private static bool IsStub(IPEndPoint server) => server.Address.Equals(Stub) || server.Address.Equals(ProxyStub);

    private static IReadOnlyList<IPEndPoint> Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A host without the file has no servers of its own to offer; the caller says so with the fix.
            return [];
        }
    }
}
