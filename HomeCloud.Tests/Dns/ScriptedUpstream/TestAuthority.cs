using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>A certificate authority for one test, and a server certificate of it.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly X509Certificate2 _root;

    public TestAuthority(string name = "dns.test")
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Test authority", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        using var withKey = signed.CopyWithPrivateKey(key);
        Server = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        ServerPem = signed.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
        File.WriteAllText(_file, _root.ExportCertificatePem());
    }

    public X509Certificate2 Server { get; }

    /// <summary>The server's certificate and its key.</summary>
    public string ServerPem { get; }

    /// <summary>A PEM file with the authority.</summary>
    public string CaFile => _file;

    public void Dispose()
    {
        Server.Dispose();
        _root.Dispose();
        File.Delete(_file);
    }
}
