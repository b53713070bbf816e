using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class ListenOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        List("listen", "ADDR:PORT", "Where to answer, over UDP and TCP. Default: port 53 of loopback and every private address of this machine.", o => o.Listen.Addresses) with { Short = 'l' },
        List("shared-address", "ADDR:PORT", "Address that machines share and keepalived moves between them: answered from the moment it is here, not missed while it is not. Default: none.", o => o.Listen.SharedAddresses),
        List("listen-tls", "ADDR:PORT", "Where to answer DNS over TLS, port 853 if not given. Default: nowhere.", o => o.Listen.TlsAddresses),
        Text("tls-certificate", "FILE", "PEM certificate chain for DNS over TLS. Default: one of our own, kept in the data directory.", (o, v) => o.Listen.TlsCertificate = v),
        Text("tls-key", "FILE", "PEM private key of --tls-certificate.", (o, v) => o.Listen.TlsKey = v),
        Number("udp-workers", "N", "UDP threads for each address; 0: one a processor, 4 at most, and one for loopback.", (o, v) => o.Listen.UdpWorkers = v),
        Bytes("receive-buffer", "Kernel buffer of each UDP socket. Default: 1M.", (o, v) => o.Listen.ReceiveBufferBytes = (int)Math.Min(v, int.MaxValue)),
        Number("max-connections", "N", "TCP and TLS connections at a time. Default: 512.", (o, v) => o.Listen.MaxConnections = v),
        Number("max-connections-per-client", "N", "The same for one client. Default: 64.", (o, v) => o.Listen.MaxConnectionsPerClient = v),
        Seconds("tcp-idle-timeout", "How long a connection may stay without a query. Default: 10.", (o, v) => o.Listen.IdleTimeout = v),
        Seconds("tcp-message-timeout", "How long one message may take to arrive. Default: 3.", (o, v) => o.Listen.MessageTimeout = v),
        Seconds("stop-grace", "How long a stop waits for answers that upstreams owe. Default: 2.", (o, v) => o.Listen.StopGrace = v),
        Switch("managed-udp", "UDP without recvmmsg, as on other platforms than Linux. Default: off.", (o, v) => o.Listen.ManagedUdp = v),
    ];
}
