namespace HomeCloud.Dns.Transport.Listening;

/// <summary>Where the server listens, and how much of the machine its clients may use.</summary>
public sealed class ListenOptions
{
    public const int DnsPort = 53;

    /// <summary>DNS over TLS, RFC 7858.</summary>
    public const int TlsPort = 853;

    /// <summary>
    /// <c>ADDRESS</c> or <c>ADDRESS:PORT</c>, IPv6 as <c>[::1]:53</c>, for UDP and TCP. Empty means automatic: port 53
    /// on loopback and on every private address of this machine, followed as addresses come and go; an
    /// address whose port is taken (systemd-resolved, dnsmasq) is left out with a warning.
    /// </summary>
    public IList<string> Addresses { get; set; } = [];

    /// <summary>
    /// Addresses that machines share and VRRP (RFC 9568) moves between them, written as above. Each is bound before it is here, so
    /// that it is answered from the first query on; while it is elsewhere nothing is missing.
    /// </summary>
    public IList<string> SharedAddresses { get; set; } = [];

    /// <summary>The same for DNS over TLS; the port is 853 if not given. Empty turns it off.</summary>
    public IList<string> TlsAddresses { get; set; } = [];

    /// <summary>PEM file with the certificate chain for DNS over TLS; null makes and keeps a self-signed one.</summary>
    public string? TlsCertificate { get; set; }

    /// <summary>PEM file with the private key of <see cref="TlsCertificate"/>.</summary>
    public string? TlsKey { get; set; }

    /// <summary>UDP threads for each address that is not loopback, 1 to 64; 0 means one a processor, 4 at most.</summary>
    public int UdpWorkers { get; set; }

    /// <summary>Kernel buffer of each UDP socket, in bytes, 64 KiB to 64 MiB. The kernel caps it at net.core.rmem_max.</summary>
    public int ReceiveBufferBytes { get; set; } = 1 << 20;

    /// <summary>TCP and TLS connections open at a time, 1 to 65535. When full, the one idle longest gives way.</summary>
    public int MaxConnections { get; set; } = 512;

    /// <summary>The same for one client address. A router asks on behalf of the whole home, so not too few.</summary>
    public int MaxConnectionsPerClient { get; set; } = 64;

    /// <summary>How long a connection may stay without a query (RFC 7766 §6.2.3), the TLS handshake included, 1 s to 1 h.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one message may take to arrive, or a response to be taken, 100 ms to 1 min.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a stop waits for answers that upstreams still owe, 0 to 1 min.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Uses System.Net alone for UDP, as on other platforms than Linux: for where recvmmsg cannot be called.</summary>
    public bool ManagedUdp { get; set; }
}
