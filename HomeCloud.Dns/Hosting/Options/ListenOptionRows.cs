using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class ListenOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        List("listen", "ADDR:PORT", "Address to answer on, over UDP and TCP. Default: port 53 of loopback and every private address of this machine.", o => o.Listen.Addresses) with { Short = 'l' },
        List("shared-address", "ADDR:PORT", "Address that several machines share (keepalived moves it): served while this machine has it, no problem while it does not. Default: none.", o => o.Listen.SharedAddresses),
        List("listen-tls", "ADDR:PORT", "Address to answer DNS over TLS on; the port defaults to 853. Default: none.", o => o.Listen.TlsAddresses),
        Text("tls-certificate", "FILE", "PEM certificate chain for DNS over TLS. Default: a self-signed one, kept in the data directory.", (o, v) => o.Listen.TlsCertificate = v),
        Text("tls-key", "FILE", "PEM private key of --tls-certificate.", (o, v) => o.Listen.TlsKey = v),
        Number("udp-workers", "N", "UDP threads per address; 0: one per processor, at most 4, and one for loopback.", (o, v) => o.Listen.UdpWorkers = v),
        Bytes("receive-buffer", "Kernel buffer of each UDP socket. Default: 1M.", (o, v) => o.Listen.ReceiveBufferBytes = (int)Math.Min(v, int.MaxValue)),
        Number("max-connections", "N", "Maximum number of TCP and TLS connections. Default: 512.", (o, v) => o.Listen.MaxConnections = v),
        Number("max-connections-per-client", "N", "Maximum number of TCP and TLS connections of one client. Default: 64.", (o, v) => o.Listen.MaxConnectionsPerClient = v),
        Seconds("tcp-idle-timeout", "How long a connection may stay idle. Default: 10.", (o, v) => o.Listen.IdleTimeout = v),
        Seconds("tcp-message-timeout", "How long one message may take to arrive. Default: 3.", (o, v) => o.Listen.MessageTimeout = v),
        Seconds("stop-grace", "How long a shutdown waits for answers from upstreams. Default: 2.", (o, v) => o.Listen.StopGrace = v),
        Switch("managed-udp", "UDP without recvmmsg, as on platforms other than Linux. Default: off.", (o, v) => o.Listen.ManagedUdp = v),
    ];
}
