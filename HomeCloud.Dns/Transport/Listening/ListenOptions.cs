using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Transport.Listening.ListenOptions>;

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

    public static OptionRow<ListenOptions>[] Rows =>
    [
        List("listen", "ADDR:PORT", "Address to answer on, over UDP and TCP. Default: port 53 of loopback and every private address of this machine.", o => o.Addresses, 'l'),
        List("shared-address", "ADDR:PORT", "Address that several machines share (keepalived moves it): served while this machine has it, no problem while it does not. Default: none.", o => o.SharedAddresses),
        List("listen-tls", "ADDR:PORT", "Address to answer DNS over TLS on; the port defaults to 853. Default: none.", o => o.TlsAddresses),
        Text("tls-certificate", "FILE", "PEM certificate chain for DNS over TLS. Default: a self-signed one, kept in the data directory.", (o, v) => o.TlsCertificate = v),
        Text("tls-key", "FILE", "PEM private key of --tls-certificate.", (o, v) => o.TlsKey = v),
        Number("udp-workers", "N", "UDP threads per address; 0: one per processor, at most 4, and one for loopback.", (o, v) => o.UdpWorkers = v),
        Bytes("receive-buffer", "Kernel buffer of each UDP socket. Default: 1M.", (o, v) => o.ReceiveBufferBytes = (int)Math.Min(v, int.MaxValue)),
        Number("max-connections", "N", "Maximum number of TCP and TLS connections. Default: 512.", (o, v) => o.MaxConnections = v),
        Number("max-connections-per-client", "N", "Maximum number of TCP and TLS connections of one client. Default: 64.", (o, v) => o.MaxConnectionsPerClient = v),
        Seconds("tcp-idle-timeout", "How long a connection may stay idle. Default: 10.", (o, v) => o.IdleTimeout = v),
        Seconds("tcp-message-timeout", "How long one message may take to arrive. Default: 3.", (o, v) => o.MessageTimeout = v),
        Seconds("stop-grace", "How long a shutdown waits for answers from upstreams. Default: 2.", (o, v) => o.StopGrace = v),
        Switch("managed-udp", "UDP without recvmmsg, as on platforms other than Linux. Default: off.", (o, v) => o.ManagedUdp = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var text in Addresses.Where(text => !ListenAddress.TryParse(text, DnsPort, out _)))
            yield return $"--listen '{text}' is not a valid ADDRESS or ADDRESS:PORT (example: 192.168.1.5:53 or [::1]:53)";

        foreach (var text in SharedAddresses)
        {
            if (!ListenAddress.TryParse(text, DnsPort, out var shared) || SpecialRanges.IsUnspecified(shared.Address))
                yield return $"--shared-address '{text}' is not a valid ADDRESS or ADDRESS:PORT (example: 192.168.1.53)";
        }

        foreach (var text in TlsAddresses.Where(text => !ListenAddress.TryParse(text, TlsPort, out _)))
            yield return $"--listen-tls '{text}' is not a valid ADDRESS or ADDRESS:PORT (example: 192.168.1.5:853)";

        foreach (var same in Places("--listen", Addresses, DnsPort).Concat(Places("--listen-tls", TlsAddresses, TlsPort))
            .GroupBy(given => given.Place).Where(same => same.Count() > 1))
        {
            yield return $"{same.First().Option} '{same.First().Text}' is set {same.Count()} times; set it once";
        }

        if (TlsCertificate is null != TlsKey is null)
            yield return "--tls-certificate and --tls-key belong together: set both, or neither for a self-signed certificate";

        foreach (var (name, path) in new[] { ("--tls-certificate", TlsCertificate), ("--tls-key", TlsKey) })
        {
            if (path is not null && !File.Exists(path))
                yield return $"{name} '{path}' does not exist: set a PEM file";
        }

        if (UdpWorkers is < 0 or > 64)
            yield return $"--udp-workers {UdpWorkers} is out of range: choose 1 to 64, or 0 for automatic";
        if (ReceiveBufferBytes is < 64 << 10 or > 64 << 20)
            yield return $"--receive-buffer {ReceiveBufferBytes} is out of range: choose 65536 to 67108864 bytes";
        if (MaxConnections is < 1 or > 65_535)
            yield return $"--max-connections {MaxConnections} is out of range: choose 1 to 65535";
        if (MaxConnectionsPerClient < 1 || MaxConnectionsPerClient > MaxConnections)
            yield return $"--max-connections-per-client {MaxConnectionsPerClient} is out of range: choose 1 to --max-connections ({MaxConnections})";
        if (IdleTimeout < TimeSpan.FromSeconds(1) || IdleTimeout > TimeSpan.FromHours(1))
            yield return $"--tcp-idle-timeout {IdleTimeout.TotalSeconds} is out of range: choose 1 to 3600 seconds";
        if (MessageTimeout < TimeSpan.FromMilliseconds(100) || MessageTimeout > TimeSpan.FromMinutes(1))
            yield return $"--tcp-message-timeout {MessageTimeout.TotalSeconds} is out of range: choose 0.1 to 60 seconds";
        if (StopGrace < TimeSpan.Zero || StopGrace > TimeSpan.FromMinutes(1))
            yield return $"--stop-grace {StopGrace.TotalSeconds} is out of range: choose 0 to 60 seconds";
    }

    // Port 0 is another one each time.
    private static IEnumerable<(string Option, string Text, IPEndPoint Place)> Places(string option, IEnumerable<string> texts, int port) =>
        from text in texts
        let place = ListenAddress.TryParse(text, port, out var endPoint) ? endPoint : null
        where place is { Port: > 0 }
        select (option, text.Trim(), place);
}
