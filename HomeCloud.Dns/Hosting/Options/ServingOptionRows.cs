using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class ServingOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        List("allow-from", "NETWORK", "Networks that may query besides loopback, private and directly attached networks; 'any' allows every client.", o => o.Serving.Access.AllowFrom) with { Short = 'a' },
        List("allow-transfer", "NETWORK", "Networks that may transfer our zones (dig axfr). Default: loopback.", o => o.Serving.Access.TransferTo),
        Number("rate-limit", "N", "UDP answers per second to one client; 0 turns the limit off. Default: 5000.", (o, v) => o.Serving.RateLimit.PerSecond = v),
        Number("rate-burst", "N", "UDP answers in one burst to a client that was idle. Default: 10000.", (o, v) => o.Serving.RateLimit.Burst = v),
        Number("rate-slip", "N", "Answer every Nth query over the limit with TC; 0 for none. Default: 2.", (o, v) => o.Serving.RateLimit.Slip = v),
        Number("rate-clients", "N", "Number of clients the limit tracks, a power of two. Default: 16384.", (o, v) => o.Serving.RateLimit.Clients = v),
        List("rate-exempt", "NETWORK", "Networks without a limit, such as a router that asks for the whole home. Default: loopback.", o => o.Serving.RateLimit.Exempt),
        Switch("chaos", "Answer version.bind and id.server. Default: on.", (o, v) => o.Serving.Chaos = v),
        Switch("keep-clients", "Tell browsers and phones not to bypass this server. Default: on.", (o, v) => o.Serving.KeepClients = v),
        Switch("suggestions", "Suggest a similar name when a name of ours does not exist. Default: on.", (o, v) => o.Serving.Suggestions = v),
        Number("edns-size", "BYTES", "Largest UDP answer we send. Default: 1232.", (o, v) => o.Serving.Edns.MaxUdpSize = v),
        Text("server-id", "NAME", "Name of this server in answers to NSID and id.server. Default: none.", (o, v) => o.Serving.Edns.ServerId = v),
        Switch("cookies", "DNS cookies (RFC 7873). Leave them off behind a forwarder such as dnsmasq. Default: off.", (o, v) => o.Serving.Edns.Cookies = v),
        Text("cookie-secret", "HEX", "32 hexadecimal digits shared by several servers on one address; turns --cookies on. Default: random at each start.", (o, v) => o.Serving.Edns.CookieSecret = v),
    ];
}
