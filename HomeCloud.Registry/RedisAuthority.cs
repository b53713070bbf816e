using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HomeCloud.Net.Files;

namespace HomeCloud.Registry;

/// <summary>Whom to trust when Redis shows its certificate: an authority of one's own, or that certificate itself.</summary>
/// <param name="options">Says where the certificate is; neither file nor text leaves it to the system.</param>
public sealed class RedisAuthority(RegistryOptions options)
{
    private readonly FollowedFiles<X509Certificate2Collection>? _file = options.RedisCaFile is { } path ? new(Read, path) : null;
    private readonly X509Certificate2Collection? _given = options.RedisCa is { } text ? FromText(text) : null;

    /// <summary>For one connection: the file is looked at each time.</summary>
    /// <param name="host">What the certificate must be for.</param>
    /// <returns>Null when the system's own rules are right.</returns>
    /// <exception cref="IOException">The file could never be used.</exception>
    public SslClientAuthenticationOptions? Options(string host)
    {
        _file?.Look();
        if (_file is { Value: null, Problem: { } problem })
            throw new IOException(problem.Message, problem);
        if ((_file?.Value ?? _given) is not { } trusted)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        return new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy };
    }

    private static X509Certificate2Collection Read(IReadOnlyList<byte[]> files) =>
        FromText(Encoding.UTF8.GetString(files[0])) ?? throw new CryptographicException("the file of --redis-ca-file holds no certificate");

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
