namespace HomeCloud.Dns.Serving;

public enum QueryTransport : byte
{
    Udp,
    Tcp,

    /// <summary>DNS over TLS, RFC 7858.</summary>
    Tls,
}
