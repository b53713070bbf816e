namespace HomeCloud.Dns.Serving;

/// <summary>What our OPT records say.</summary>
public sealed class EdnsOptions
{
    /// <summary>Largest UDP message we send or ask for, 512 to 4096 octets. 1232 fits every IPv6 path unfragmented (DNS flag day 2020).</summary>
    public int MaxUdpSize { get; set; } = 1232;

    /// <summary>Name of this server for those who ask by NSID (RFC 5001) or <c>id.server</c>; empty answers neither.</summary>
    public string ServerId { get; set; } = "";

    /// <summary>DNS cookies, RFC 7873; null is on where <see cref="CookieSecret"/> is given. Off unless asked for: a caching forwarder in front (dnsmasq) hands ours on once and answers without later, and a client that insists (c-ares 1.34) then drops every answer.</summary>
    public bool? Cookies { get; set; }

    /// <summary>32 hexadecimal digits that several servers on one address share; empty draws a secret at each start.</summary>
    public string CookieSecret { get; set; } = "";

    /// <summary>How long an idle TCP connection may stay open, as told to clients that ask (RFC 7828).</summary>
    public TimeSpan TcpKeepalive { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxUdpSize is < 512 or > 4096)
            yield return $"--edns-size {MaxUdpSize} is out of range; choose 512 to 4096 octets (1232 suits nearly every network).";
        if (ServerId.Length > 64 || ServerId.Any(character => character is < ' ' or > '~'))
            yield return $"--server-id '{ServerId}' is not valid; use at most 64 printable ASCII characters.";
        if (CookieSecret.Length != 0 && (CookieSecret.Length != 32 || !CookieSecret.All(char.IsAsciiHexDigit)))
            yield return "--cookie-secret must be 32 hexadecimal digits (create one with: openssl rand -hex 16).";
        if (TcpKeepalive < TimeSpan.Zero || TcpKeepalive > TimeSpan.FromHours(1))
            yield return $"TcpKeepalive is {TcpKeepalive}; choose 0 seconds to 1 hour.";
    }
}
