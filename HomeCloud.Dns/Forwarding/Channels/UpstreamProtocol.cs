namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>How an upstream is spoken to.</summary>
public enum UpstreamProtocol : byte
{
    /// <summary>UDP, and TCP where an answer is truncated (RFC 1035 §4.2, RFC 7766).</summary>
    Plain,

    /// <summary>TCP only (RFC 7766).</summary>
    Tcp,

    /// <summary>DNS over TLS (RFC 7858).</summary>
    Tls,

    /// <summary>DNS over HTTPS (RFC 8484).</summary>
    Https,
}
