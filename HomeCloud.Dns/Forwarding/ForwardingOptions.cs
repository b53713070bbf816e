
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
}
