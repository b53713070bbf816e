using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Serving.ServingOptions>;

namespace HomeCloud.Dns.Serving;

/// <summary>How queries are treated before and beside our zones and the forwarder.</summary>
public sealed class ServingOptions
{
    public EdnsOptions Edns { get; } = new();

    public AccessOptions Access { get; } = new();

    public RateLimitOptions RateLimit { get; } = new();

    /// <summary>Answer <c>version.bind</c> and <c>id.server</c> in class CHAOS.</summary>
    public bool Chaos { get; set; } = true;

    /// <summary>Tell browsers and phones not to bypass this server: <c>use-application-dns.net</c> and iCloud Private Relay's names do not exist.</summary>
    public bool KeepClients { get; set; } = true;

    /// <summary>Name an existing neighbour when a name of ours does not exist.</summary>
    public bool Suggestions { get; set; } = true;

    /// <summary><c>--local name=target</c>: names under public domains that mean something else at home.</summary>
    public IList<string> LocalNames { get; set; } = [];

    /// <summary><c>--zone-file</c>: records of any type, for such names and for names of our zones.</summary>
    public ZoneFileOptions ZoneFiles { get; } = new();

    public static OptionRow<ServingOptions>[] Rows =>
    [
        List("allow-from", "NETWORK", "Networks that may query besides loopback, private and directly attached networks; 'any' allows every client.", o => o.Access.AllowFrom, 'a'),
        List("allow-transfer", "NETWORK", "Networks that may transfer our zones (dig axfr). Default: loopback.", o => o.Access.TransferTo),
        Number("rate-limit", "N", "UDP answers per second to one client; 0 turns the limit off. Default: 5000.", (o, v) => o.RateLimit.PerSecond = v),
        Number("rate-burst", "N", "UDP answers in one burst to a client that was idle. Default: 10000.", (o, v) => o.RateLimit.Burst = v),
        Number("rate-slip", "N", "Answer every Nth query over the limit with TC; 0 for none. Default: 2.", (o, v) => o.RateLimit.Slip = v),
        Number("rate-clients", "N", "Number of clients the limit tracks, a power of two. Default: 16384.", (o, v) => o.RateLimit.Clients = v),
        List("rate-exempt", "NETWORK", "Networks without a limit, such as a router that asks for the whole home. Default: loopback.", o => o.RateLimit.Exempt),
        Switch("chaos", "Answer version.bind and id.server. Default: on.", (o, v) => o.Chaos = v),
        Switch("keep-clients", "Tell browsers and phones not to bypass this server. Default: on.", (o, v) => o.KeepClients = v),
        List("local", "NAME=TARGET", "Name under a public domain that means an address, or a name of the home, here: nextcloud.example.org=nas, *.example.org=192.168.1.20.", o => o.LocalNames, keepsCommas: true),
        .. ZoneFileOptions.Rows.In((ServingOptions o) => o.ZoneFiles),
        Switch("suggestions", "Suggest a similar name when a name of ours does not exist. Default: on.", (o, v) => o.Suggestions = v),
        Number("edns-size", "BYTES", "Largest UDP answer we send. Default: 1232.", (o, v) => o.Edns.MaxUdpSize = v),
        Text("server-id", "NAME", "Name of this server in answers to NSID and id.server. Default: none.", (o, v) => o.Edns.ServerId = v),
        Switch("cookies", "DNS cookies (RFC 7873). Leave them off behind a forwarder such as dnsmasq. Default: off.", (o, v) => o.Edns.Cookies = v),
        Text("cookie-secret", "HEX", "32 hexadecimal digits shared by several servers on one address; turns --cookies on. Default: random at each start.", (o, v) => o.Edns.CookieSecret = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate() => [.. Edns.Validate(), .. Access.Validate(), .. RateLimit.Validate()];

    /// <summary>The same for <see cref="ZoneFiles"/>, which it reads, and <see cref="LocalNames"/>, which must not lie in our zones.</summary>
    public IEnumerable<string> ValidateLocalNames(IReadOnlyList<string> zones) =>
        ZoneFiles.Validate(zones).ToList() is { Count: > 0 } problems ? problems : OwnNames.Validate(LocalNames, zones, ZoneFiles.Content);
}
