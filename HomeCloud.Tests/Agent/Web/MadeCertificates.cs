using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>A root, an authority below it, and a server's certificate below that: what a household gets from its own authority, or from Let's Encrypt.</summary>
internal sealed class MadeCertificates : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-2);
    private static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddDays(2);

    /// <param name="names">Names and addresses, at least one.</param>
    public MadeCertificates(string folder, params string[] names)
    {
        Root = Authority("CN=Root of a test");
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middle = Sign(AuthorityRequest("CN=Between", middleKey), Root).CopyWithPrivateKey(middleKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var leaf = Sign(request, middle);
        Thumbprint = leaf.Thumbprint;
        CertificatePath = Path.Combine(folder, "fullchain.pem");
        KeyPath = Path.Combine(folder, "privkey.pem");
        File.WriteAllText(CertificatePath, leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public X509Certificate2 Root { get; }

    public string Thumbprint { get; }

    /// <summary>The server's own and the authority's, as certbot writes fullchain.pem.</summary>
    public string CertificatePath { get; }

    public string KeyPath { get; }

    public static X509Certificate2 Authority(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return AuthorityRequest(subject, key).CreateSelfSigned(From, Until);
    }

    public void Dispose() => Root.Dispose();

    private static CertificateRequest AuthorityRequest(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 by) =>
        request.Create(by, From.AddHours(1), Until.AddHours(-1), RandomNumberGenerator.GetBytes(8));
}
