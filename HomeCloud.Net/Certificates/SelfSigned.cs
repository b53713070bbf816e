using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HomeCloud.Net.Certificates;

/// <summary>Makes certificates that only we vouch for (RFC 5280).</summary>
public static class SelfSigned
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <param name="subject">The common name.</param>
    /// <param name="names">Names that it is for (§4.2.1.6).</param>
    /// <param name="addresses">Addresses that it is for.</param>
    /// <param name="from">Valid from here on.</param>
    /// <param name="until">Valid until then.</param>
    /// <returns>Certificate and key in PEM, for a server.</returns>
    public static (string Certificate, string Key) ForServer(string subject, IEnumerable<string> names, IEnumerable<IPAddress> addresses, DateTimeOffset from, DateTimeOffset until) =>
        Make(subject, names, addresses, from, until, isAuthority: false);

    /// <summary>One that a client can trust as its only authority (§4.2.1.9).</summary>
    /// <inheritdoc cref="ForServer"/>
    public static (string Certificate, string Key) OwnAuthority(string name, DateTimeOffset from, DateTimeOffset until) =>
        Make(name, [name], [], from, until, isAuthority: true);

    private static (string Certificate, string Key) Make(string subject, IEnumerable<string> names, IEnumerable<IPAddress> addresses, DateTimeOffset from, DateTimeOffset until, bool isAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        foreach (var address in addresses)
            alternatives.AddIpAddress(address);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (!isAuthority)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        using var certificate = request.CreateSelfSigned(from, until);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
