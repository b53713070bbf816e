using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Forwarding.ForwardingOptions>;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Where names that are not ours are asked, and within which limits.</summary>
public sealed class ForwardingOptions
{
    /// <summary><c>--upstream</c>: <c>addr[:port]</c>, <c>tcp://addr</c>, <c>tls://addr[:port]#name</c> or <c>https://…</c>. Empty: the host's own servers.</summary>
    public IList<string> Upstreams { get; set; } = [];

    /// <summary><c>--forward zone=upstream[,upstream]</c>: the longest matching zone wins.</summary>
    public IList<string> Forwards { get; set; } = [];

    /// <summary><c>--bootstrap</c>: plain servers that look up the name in an <c>https://name/…</c> upstream. Empty: plain upstreams, else the host's own servers.</summary>
    public IList<string> Bootstrap { get; set; } = [];

    /// <summary>Where the host's own servers are read from when no upstream is named.</summary>
    public string ResolvConf { get; set; } = "/etc/resolv.conf";

    /// <summary>Read instead when <see cref="ResolvConf"/> names only systemd-resolved's stub.</summary>
    public string ResolvedResolvConf { get; set; } = "/run/systemd/resolve/resolv.conf";

    /// <summary><c>--upstream-ca</c>: a PEM file of certificate authorities trusted, beside the system's, for TLS and HTTPS upstreams.</summary>
    public string? UpstreamCaFile { get; set; }

    /// <summary>True: upstreams are tried in the order given. False: the fastest healthy one first.</summary>
    public bool StrictOrder { get; set; }

    /// <summary>Random letter case in names asked over UDP, so that a forged answer must guess it too; turned off by itself for an upstream that does not keep case.</summary>
    public bool MixCase { get; set; } = true;

    /// <summary>The largest UDP answer asked for, in octets; 1232 avoids fragments (RFC 9715).</summary>
    public int UdpPayloadSize { get; set; } = 1232;

    /// <summary>Milliseconds after which a client gets SERVFAIL when no upstream answered. Stubs give up after 5 s.</summary>
    public int QueryTimeoutMilliseconds { get; set; } = 4500;

    /// <summary>Client queries that may wait for upstreams at one time, in all.</summary>
    public int MaxOutstanding { get; set; } = 2000;

    /// <summary>The same for one client. A router that asks for the whole household is one client.</summary>
    public int MaxOutstandingPerClient { get; set; } = 1000;

    /// <summary>Drops private addresses from upstream answers for public names (DNS rebinding).</summary>
    public bool RebindProtection { get; set; } = true;

    /// <summary><c>--rebind-exempt zone</c>: zones whose answers may carry private addresses. Zones forwarded to a private upstream are exempt by themselves.</summary>
    public IList<string> RebindExempt { get; set; } = [];

    /// <summary>Asks each upstream now and then for a random name, and sees whether it comes back to us.</summary>
    public bool LoopDetection { get; set; } = true;

    public static OptionRow<ForwardingOptions>[] Rows =>
    [
        List("upstream", "SERVER", "Who is asked for all other names: ADDR[:PORT], tcp://ADDR, tls://ADDR#NAME or https://… . Default: the host's own servers.", o => o.Upstreams, 'u'),
        List("forward", "ZONE=SERVER", "Servers to ask for names below ZONE, separated by commas. For a zone of ours: servers to ask for names we do not have.", o => o.Forwards, 'f', keepsCommas: true),
        List("bootstrap", "ADDR", "Who looks up the name of an https://NAME/… upstream.", o => o.Bootstrap),
        Text("upstream-ca", "FILE", "PEM file of CAs trusted for TLS and HTTPS upstreams, in addition to the system's.", (o, v) => o.UpstreamCaFile = v),
        Switch("strict-order", "Ask upstreams in the order given, instead of the fastest first. Default: off.", (o, v) => o.StrictOrder = v),
        Switch("mix-case", "Random letter case in names asked over UDP, against forged answers. Default: on.", (o, v) => o.MixCase = v),
        Number("upstream-udp-size", "BYTES", "Largest UDP answer asked of upstreams. Default: 1232.", (o, v) => o.UdpPayloadSize = v),
        Number("query-timeout", "MILLISECONDS", "Total time upstreams have to answer a query. Default: 4500.", (o, v) => o.QueryTimeoutMilliseconds = v),
        Number("max-outstanding", "N", "Queries that may wait for upstreams at the same time. Default: 2000.", (o, v) => o.MaxOutstanding = v),
        Number("max-outstanding-per-client", "N", "Queries of one client that may wait for upstreams at the same time. Default: 1000.", (o, v) => o.MaxOutstandingPerClient = v),
        Switch("rebind-protection", "Drop private addresses from answers for public names. Default: on.", (o, v) => o.RebindProtection = v),
        List("rebind-exempt", "ZONE", "Zones whose answers may carry private addresses.", o => o.RebindExempt),
        Switch("loop-detection", "Detect upstreams that send our own queries back to us. Default: on.", (o, v) => o.LoopDetection = v),
        Text("resolv-conf", "FILE", "File that lists the host's own DNS servers. Default: /etc/resolv.conf.", (o, v) => o.ResolvConf = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var text in Upstreams)
        {
            if (!UpstreamAddress.TryParse(text, out var address, out var problem))
                yield return $"--upstream '{text}' {problem}.";
            else if (address.NeedsScope)
                yield return $"--upstream '{text}' is link-local: add the interface (example: {address.EndPoint!.Address}%eth0).";
        }

        var zones = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in Forwards)
        {
            if (!ForwardRule.TryParse(text, out var rule, out var problem))
                yield return $"--forward '{text}' {problem}.";
            else if (!zones.Add(rule.Zone))
                yield return $"--forward '{text}' sets zone {rule.Zone} a second time: put all its upstreams in one rule, separated by commas.";
        }

        foreach (var text in Bootstrap)
        {
            if (!UpstreamAddress.TryParse(text, out var address, out var problem))
                yield return $"--bootstrap '{text}' {problem}.";
            else if (address.Protocol is UpstreamProtocol.Tls or UpstreamProtocol.Https)
                yield return $"--bootstrap '{text}' must be plain DNS: write an address (example: 9.9.9.9).";
        }

        foreach (var zone in RebindExempt)
        {
            if (!ZoneText.IsName(zone.Trim()))
                yield return $"--rebind-exempt '{zone}' is not a valid zone name (example: plex.direct).";
        }

        if (UpstreamCaFile is { } file && (File.Exists(file) ? CertificateTrust.Examine(file) : "it does not exist") is { } reason)
            yield return $"--upstream-ca '{file}' cannot be used, {reason.TrimEnd('.')}: set a readable PEM file.";

        if (UdpPayloadSize is < 512 or > 4096)
            yield return $"--upstream-udp-size {UdpPayloadSize} is out of range: choose 512 to 4096, 1232 if unsure.";
        if (QueryTimeoutMilliseconds is < 500 or > 30_000)
            yield return $"--query-timeout {QueryTimeoutMilliseconds} is out of range: choose 500 to 30000 milliseconds.";
        if (MaxOutstanding is < 10 or > 100_000)
            yield return $"--max-outstanding {MaxOutstanding} is out of range: choose 10 to 100000.";
        if (MaxOutstandingPerClient < 1 || MaxOutstandingPerClient > MaxOutstanding)
            yield return $"--max-outstanding-per-client {MaxOutstandingPerClient} is out of range: choose 1 to --max-outstanding ({MaxOutstanding}).";
    }
}
