using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class ForwardingOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        List("upstream", "SERVER", "Who is asked for all other names: ADDR[:PORT], tcp://ADDR, tls://ADDR#NAME or https://… . Default: the host's own servers.", o => o.Forwarding.Upstreams) with { Short = 'u' },
        List("forward", "ZONE=SERVER", "Servers to ask for names below ZONE, separated by commas. For a zone of ours: servers to ask for names we do not have.", o => o.Forwarding.Forwards) with { Short = 'f' },
        List("bootstrap", "ADDR", "Who looks up the name of an https://NAME/… upstream.", o => o.Forwarding.Bootstrap),
        Text("upstream-ca", "FILE", "PEM file of CAs trusted for TLS and HTTPS upstreams, in addition to the system's.", (o, v) => o.Forwarding.UpstreamCaFile = v),
        Switch("strict-order", "Ask upstreams in the order given, instead of the fastest first. Default: off.", (o, v) => o.Forwarding.StrictOrder = v),
        Switch("mix-case", "Random letter case in names asked over UDP, against forged answers. Default: on.", (o, v) => o.Forwarding.MixCase = v),
        Number("upstream-udp-size", "BYTES", "Largest UDP answer asked of upstreams. Default: 1232.", (o, v) => o.Forwarding.UdpPayloadSize = v),
        Number("query-timeout", "MILLISECONDS", "Total time upstreams have to answer a query. Default: 4500.", (o, v) => o.Forwarding.QueryTimeoutMilliseconds = v),
        Number("max-outstanding", "N", "Queries that may wait for upstreams at the same time. Default: 2000.", (o, v) => o.Forwarding.MaxOutstanding = v),
        Number("max-outstanding-per-client", "N", "Queries of one client that may wait for upstreams at the same time. Default: 1000.", (o, v) => o.Forwarding.MaxOutstandingPerClient = v),
        Switch("rebind-protection", "Drop private addresses from answers for public names. Default: on.", (o, v) => o.Forwarding.RebindProtection = v),
        List("rebind-exempt", "ZONE", "Zones whose answers may carry private addresses.", o => o.Forwarding.RebindExempt),
        Switch("loop-detection", "Detect upstreams that send our own queries back to us. Default: on.", (o, v) => o.Forwarding.LoopDetection = v),
        Text("resolv-conf", "FILE", "File that lists the host's own DNS servers. Default: /etc/resolv.conf.", (o, v) => o.Forwarding.ResolvConf = v),
    ];
}
