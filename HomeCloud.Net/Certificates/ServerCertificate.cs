using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HomeCloud.Net.Certificates;

/// <summary>What every TLS server of ours does with its PEM files.</summary>
public static class ServerCertificate
{
    /// <summary>How long before its end a certificate of our own is made again.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    /// <param name="certificate">PEM: the server's own first; those behind it lead to the authority, and clients want to see them.</param>
    /// <param name="key">PEM; may be the same file.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They are no pair.</exception>
    /// <exception cref="ArgumentException">There is no certificate, or no key, in them.</exception>
    public static SslStreamCertificateContext FromPem(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> key)
    {
        var text = Encoding.UTF8.GetString(certificate);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(text);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(text, Encoding.UTF8.GetString(key)), [.. chain.Skip(1)], offline: true);
    }

    /// <summary>Whether one of our own is missing, or near its end. Made while the clock was wrong, it may lie in the future as soon as the clock is right.</summary>
    public static bool NeedsRenewal(string path, DateTimeOffset now)
    {
        if (!File.Exists(path))
            return true;
        using var own = X509CertificateLoader.LoadCertificateFromFile(path);
        return now.UtcDateTime < own.NotBefore.ToUniversalTime() || own.NotAfter.ToUniversalTime() <= now.UtcDateTime + Renewal;
    }
}
