using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HomeCloud.Dns.Transport;

/// <summary>The certificate of DNS over TLS: the one given, or a self-signed one that is made once and kept.</summary>
public static class TlsCertificate
{
    private const string CertificateFile = "dns-tls.crt";
    private const string KeyFile = "dns-tls.key";

    /// <summary>RFC 7858 §3.1; clients that name a protocol name this one.</summary>
    private static readonly SslApplicationProtocol DnsOverTls = new("dot");

    /// <param name="dataDirectory">Where a certificate of our own is kept.</param>
    /// <exception cref="ListenException">The certificate cannot be used; the message says why and what to do.</exception>
    public static SslServerAuthenticationOptions Load(ListenOptions options, string dataDirectory)
    {
        ArgumentNullException.ThrowIfNull(options);
        var certificate = options.TlsCertificate ?? Path.Combine(dataDirectory, CertificateFile);
        var key = options.TlsKey ?? Path.Combine(dataDirectory, KeyFile);
        try
        {
            if (options.TlsCertificate is null && !(File.Exists(certificate) && File.Exists(key)))
                Make(certificate, key);

            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            var leaf = X509Certificate2.CreateFromPemFile(certificate, key);
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
                ApplicationProtocols = [DnsOverTls],
                EnabledSslProtocols = System.Security.Authentication.SslProtocols.None,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ListenException(
                $"cannot use the TLS certificate {certificate} with key {key}: {exception.Message}; "
                + "give a PEM pair with --tls-certificate and --tls-key, or a writable --data-dir for one of our own",
                exception);
        }
    }

    private static void Make(string certificatePath, string keyPath)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(certificatePath)!);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=HomeCloud DNS", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("check.home");
        names.AddDnsName("check.home.arpa");
        foreach (var address in LocalAddresses.ToListenOn().Where(address => !IPAddress.IsLoopback(address)))
            names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));

        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));

        // Key first: a stop in between leaves no certificate, and the next start makes both anew.
        WritePrivate(keyPath, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
    }

    private static void WritePrivate(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(content);
    }
}
