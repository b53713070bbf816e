using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Net.Certificates;
using HomeCloud.Net.Files;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Listening;

/// <summary>
/// The certificate of DNS over TLS: the one given, or a self-signed one of our own that is kept, and made again a month
/// before it ends. Whoever renews the files needs no restart: the next look at them takes over what they hold.
/// </summary>
/// <param name="dataDirectory">Where a certificate of our own is kept.</param>
public sealed class TlsCertificate(ListenOptions options, string dataDirectory, TimeProvider time, ILogger<TlsCertificate> logger)
{
    private const string CertificateFile = "dns-tls.crt";
    private const string KeyFile = "dns-tls.key";

    /// <summary>RFC 7858 §3.1; clients that name a protocol name this one.</summary>
    private static readonly SslApplicationProtocol DnsOverTls = new("dot");

    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    private readonly Lock _looking = new();
    private readonly string _certificate = options.TlsCertificate ?? Path.Combine(dataDirectory, CertificateFile);
    private readonly string _key = options.TlsKey ?? Path.Combine(dataDirectory, KeyFile);
    private SslServerAuthenticationOptions? _tls;
    private Pem _seen = new("", "");
    private string? _problem;

    /// <summary>How to greet clients. The object stays the same; its certificate is the one of the last look.</summary>
    /// <exception cref="ListenException">The certificate cannot be used; the message says why and what to do.</exception>
    public SslServerAuthenticationOptions Load()
    {
        try
        {
            lock (_looking)
            {
                RenewOwn();
                _seen = Read();
                return _tls = new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _seen.ToContext(),
                    ApplicationProtocols = [DnsOverTls],
                    EnabledSslProtocols = System.Security.Authentication.SslProtocols.None,
                };
            }
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            throw new ListenException(
                $"cannot use the TLS certificate {_certificate} with key {_key}: {exception.Message}; "
                + "set a PEM pair with --tls-certificate and --tls-key, or a writable --data-dir for a self-signed one",
                exception);
        }
    }

    /// <summary>Takes over files that changed. What is half written or unreadable is logged once; the certificate from before goes on.</summary>
    public void LookAgain()
    {
        lock (_looking)
        {
            if (_tls is null)
                return;
            try
            {
                RenewOwn();
                var now = Read();
                if (now != _seen)
                {
                    _tls.ServerCertificateContext = now.ToContext();
                    _seen = now;
                    TransportLog.CertificateRead(logger, _certificate);
                }

                _problem = null;
            }
            catch (Exception exception) when (IsUnusable(exception))
            {
                if (exception.Message != _problem)
                    TransportLog.CertificateKept(logger, _certificate, _key, exception.Message);
                _problem = exception.Message;
            }
        }
    }

    // By content: links, swapped folders and restored times tell nothing.
    private Pem Read() => new(File.ReadAllText(_certificate), File.ReadAllText(_key));

    private void RenewOwn()
    {
        if (options.TlsCertificate is null && !(File.Exists(_key) && IsGood()))
            Make(_certificate, _key, time.GetUtcNow());
    }

    // Made while the clock was wrong, it may be over or lie in the future as soon as the clock is right.
    private bool IsGood()
    {
        if (!File.Exists(_certificate))
            return false;
        using var own = X509CertificateLoader.LoadCertificateFromFile(_certificate);
        var now = time.GetUtcNow().UtcDateTime;
        return own.NotBefore.ToUniversalTime() <= now && now < own.NotAfter.ToUniversalTime() - Renewal;
    }

    private static bool IsUnusable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private static void Make(string certificatePath, string keyPath, DateTimeOffset now)
    {
        var (certificate, key) = SelfSigned.ForServer(
            "HomeCloud DNS",
            ["check.home", "check.home.arpa"],
            LocalAddresses.ToListenOn().Where(address => !IPAddress.IsLoopback(address)),
            now.AddDays(-1),
            now.AddYears(10));

        // Key first, and no certificate beside it until it is written: a stop in between makes both anew.
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(certificatePath))!);
        File.Delete(certificatePath);
        AtomicFile.Write(keyPath, Encoding.ASCII.GetBytes(key), secret: true);
        AtomicFile.Write(certificatePath, Encoding.ASCII.GetBytes(certificate));
    }

    private sealed record Pem(string Certificate, string Key)
    {
        public SslStreamCertificateContext ToContext()
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(Certificate);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(Certificate, Key), chain, offline: true);
        }
    }
}
