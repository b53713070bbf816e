using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HomeCloud.Registry;

/// <summary>Whom to trust when Redis shows its certificate: an authority of one's own, or that certificate itself.</summary>
public static class RedisAuthority
{
    /// <param name="options">Says where the certificate is; neither file nor text leaves it to the system.</param>
    /// <param name="host">What the certificate must be for.</param>
    /// <returns>Null when the system's own rules are right.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SslClientAuthenticationOptions? Options(RegistryOptions options, string host)
    {
        var trusted = options.RedisCaFile is { } file ? FromText(File.ReadAllText(file)) : options.RedisCa is { } text ? FromText(text) : null;
        if (trusted is null)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        return new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy };
    }

    /// <param name="text">PEM, or its base64.</param>
    /// <returns>Null when there is no certificate in it.</returns>
    public static X509Certificate2Collection? FromText(string text)
    {
        try
        {
            var pem = text.Contains("-----BEGIN", StringComparison.Ordinal) ? text : Encoding.ASCII.GetString(Convert.FromBase64String(text.Trim()));
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            return certificates.Count > 0 ? certificates : null;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
