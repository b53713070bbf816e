using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HomeCloud.Net.Certificates;

/// <summary>What a server's certificate says of itself, as far as clients compare it with what they know.</summary>
/// <param name="Names">dNSName of subjectAltName (RFC 5280 §4.2.1.6), as written.</param>
/// <param name="Addresses">iPAddress of the same.</param>
/// <param name="From">Not valid before.</param>
/// <param name="Until">Not valid after.</param>
/// <param name="Problem">Why no client can verify it by an authority, to follow "the certificate"; null: one that trusts its authority can.</param>
public sealed record CertificateClaims(IReadOnlyList<string> Names, IReadOnlyList<IPAddress> Addresses, DateTimeOffset From, DateTimeOffset Until, string? Problem)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyPurpose = "2.5.29.37.0";

    public static CertificateClaims Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        DateTimeOffset from = certificate.NotBefore.ToUniversalTime();
        DateTimeOffset until = certificate.NotAfter.ToUniversalTime();
        try
        {
            var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
            return new([.. alternatives.SelectMany(names => names.EnumerateDnsNames())], [.. alternatives.SelectMany(names => names.EnumerateIPAddresses())], from, until, ProblemOf(certificate));
        }
        catch (CryptographicException)
        {
            return new([], [], from, until, "has names that cannot be read");
        }
    }

    private static string? ProblemOf(X509Certificate2 certificate)
    {
        if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
            return "is self-signed";
        var uses = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>()).ToList();
        return uses.Count == 0 || uses.Exists(use => use.Value is ServerAuthentication or AnyPurpose) ? null : "is not for servers";
    }
}
