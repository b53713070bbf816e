using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Web.Hosting;

/// <summary>A certificate that nobody vouches for but ourselves: for the page's names and this machine's addresses (RFC 5280 §4.2.1.6).</summary>
internal static class OwnCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397); // the longest that browsers accept

    /// <returns>Certificate and key in PEM.</returns>
    public static string Make(WebOptions options, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={options.Name}.{options.Zones[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in options.Zones.Select(z => $"{options.Name}.{z}").Append(options.Name).Concat(options.Hosts).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            names.AddDnsName(name);
        }

        foreach (var address in Addresses())
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static IEnumerable<IPAddress> Addresses() => MachineInterfaces.Read().Interfaces
        .SelectMany(i => i.Addresses).Select(a => a.Address)
        .Where(a => !a.IsIPv6LinkLocal).Append(IPAddress.Loopback).Distinct();
}
