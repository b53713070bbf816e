namespace HomeCloud.Tests.Dns.Peers.Clients;

/// <summary>A name, and what it is to each kind of client: a row of the table in docs/router.md.</summary>
/// <param name="Kind">What is special about it.</param>
/// <param name="Name">What is asked.</param>
/// <param name="Trusting">To who leaves validation to us.</param>
/// <param name="Error">The Extended DNS Error that those get with it; 0: none.</param>
/// <param name="Delv">To delv, which validates and cannot be told of exceptions.</param>
/// <param name="Resolved">To who asks systemd-resolved.</param>
/// <param name="Forwarder">To who asks Unbound, dnsmasq or BIND.</param>
/// <param name="Why">Why that is right.</param>
/// <remarks>Where it is a matter of the client's version, " or " stands between the two.</remarks>
public sealed record ClientQuestion(string Kind, string Name, string Trusting, int Error, string Delv, string Resolved, string Forwarder, string Why)
{
    private const string Address = "address";
    private const string Secure = "address, AD";
    private const string Zero = "0.0.0.0";
    private const string Failure = "SERVFAIL";
    private const string Missing = "NXDOMAIN";
    private const string ProvenMissing = "NXDOMAIN, AD";
    private const int Expired = 7;
    private const int Blocked = 15;

    public static IReadOnlyList<ClientQuestion> All { get; } =
    [
        new("signed", "www.example.org", Secure, 0, Secure, Secure, Secure,
            "each finds the chain from its anchor (RFC 4035 §5.3), and we say AD (§3.2.3)"),
        new("not signed", "www.example.net", Address, 0, Address, Address, Address,
            "net. proves that there is no DS (RFC 4035 §5.2)"),
        new("signed, expired", "www.expired.org", Failure, Expired, Failure, Failure, Failure,
            "RFC 4035 §5.5, with the reason of RFC 8914 §4.8"),
        new("blocked, in a signed domain", "ads.example.org", Zero, Blocked, Failure, $"{Zero} or {Failure}", Failure,
            "nobody but the domain can sign another answer: to who validates, ours is bogus (RFC 4035 §5.5), and says why to all others (RFC 8914 §4.16); some versions of systemd-resolved take it"),
        new("blocked, domain not signed", "ads.example.net", Zero, Blocked, Zero, Zero, Zero,
            "nothing is expected to be signed there (RFC 4035 §5.2)"),
        new("in a signed domain that is blocked itself, but not what is below", "www.listed.org", Secure, 0, Secure, Secure, Secure,
            "its DS and DNSKEY are no address, and who validates needs them (RFC 4035 §5)"),
        new("the same, not signed", "www.listed.net", Address, 0, Address, Address, Address,
            "that there is no DS is proven by the zone above (RFC 4035 §5.2)"),
        new("name of the home", "nas.home", Address, 0, Failure, Address, Address,
            "the root proves that home. does not exist (RFC 4035 §5.4); a negative trust anchor says that we know better (RFC 7646 §2)"),
        new("the same below home.arpa", "nas.home.arpa", Address, 0, Address, Address, Address,
            "the delegation of home.arpa. is insecure, and we hand on the proof (RFC 8375 §4)"),
        new("the same, bare", "nas", Address, 0, Failure, "REFUSED", Failure,
            "the root proves that there is no such top-level domain (RFC 4035 §5.4); systemd-resolved sends no such names"),
        new("`--local` name in a signed domain, client told", "nextcloud.example.org", Address, 0, Failure, Address, Address,
            "a negative trust anchor may stand at any name (RFC 7646 §2)"),
        new("`--local` name in a signed domain", "cloud.example.org", Address, 0, Failure, $"{Address} or {Failure}", Failure,
            "as for a blocked name (RFC 4035 §5.5)"),
        new("`--local` name, domain not signed", "cloud.example.net", Address, 0, Address, Address, Address,
            "RFC 4035 §5.2"),
        new("below a signed domain that is a `--local` name itself", "www.split.org", Secure, 0, Secure, Secure, Secure,
            "its other names stay outside, and so do its DS and DNSKEY (RFC 4035 §5)"),
        new("does not exist, signed", "nothing.example.org", ProvenMissing, 0, ProvenMissing, ProvenMissing, ProvenMissing,
            "NSEC proves it (RFC 4035 §5.4)"),
        new("does not exist, not signed", "nothing.example.net", Missing, 0, Missing, Missing, Missing,
            "RFC 4035 §5.2"),
        new("does not exist in the home", "nothing.home", Missing, 0, Failure, Missing, Missing,
            "as for a name of the home"),
    ];

    /// <summary>As the table has it.</summary>
    public string Row => $"| {Kind}: `{Name}` | {Trusting} | {Delv} | {Resolved} | {Forwarder} |";
}
