using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Certificates;

namespace HomeCloud.Dns.Serving.Designation;

/// <summary>One encrypted way to this server.</summary>
/// <param name="Protocol">What is spoken there.</param>
/// <param name="EndPoints">Where.</param>
/// <param name="Certificate">What it shows there now.</param>
public sealed record EncryptedService(EncryptedProtocol Protocol, IReadOnlyList<IPEndPoint> EndPoints, CertificateClaims Certificate)
{
    /// <summary>How people call it.</summary>
    public string Title => Protocol == EncryptedProtocol.Tls ? "DNS over TLS" : "DNS over HTTPS";

    /// <returns>The port at an address of ours; 0 when it is not there.</returns>
    public int PortAt(IPAddress local) => EndPoints.FirstOrDefault(endPoint => endPoint.Address.Equals(local) || IsWildcardFor(endPoint.Address, local))?.Port ?? 0;

    // The web server's [::] takes IPv4 too, that of DNS over TLS does not.
    private bool IsWildcardFor(IPAddress listened, IPAddress local) =>
        SpecialRanges.IsUnspecified(listened)
        && (listened.AddressFamily == local.AddressFamily || (Protocol == EncryptedProtocol.Https && listened.AddressFamily == AddressFamily.InterNetworkV6));
}

public enum EncryptedProtocol
{
    /// <summary>RFC 7858.</summary>
    Tls,

    /// <summary>RFC 8484.</summary>
    Https,
}
