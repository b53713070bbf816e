using System.Net;
using System.Net.Security;
using System.Text;
using HomeCloud.Dns.Serving.Designation;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Certificates;
using HomeCloud.Net.Files;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Listening;

/// <summary>
/// The certificate of DNS over TLS: the one given, or a self-signed one of our own that is kept, and made again a month
/// before it ends. Renewed files need no restart: the next look at them takes over what they hold.
/// </summary>
public sealed class TlsCertificate
{
    private const string CertificateFile = "dns-tls.crt";
    private const string KeyFile = "dns-tls.key";

    /// <summary>RFC 7858 §3.1; clients that name a protocol name this one.</summary>
    private static readonly SslApplicationProtocol DnsOverTls = new("dot");

    private readonly ListenOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _certificate;
    private readonly string _key;
    private readonly FollowedFiles<SslStreamCertificateContext> _files;
    private readonly DesignatedResolvers? _designated;
    private SslServerAuthenticationOptions? _tls;

    /// <param name="dataDirectory">Where a certificate of our own is kept.</param>
    /// <param name="designated">Told which certificate is shown; null: nobody is.</param>
    public TlsCertificate(ListenOptions options, string dataDirectory, TimeProvider time, ILogger<TlsCertificate> logger, DesignatedResolvers? designated = null)
    {
        (_options, _time, _logger, _designated) = (options, time, logger, designated);
        _certificate = options.TlsCertificate ?? Path.Combine(dataDirectory, CertificateFile);
        _key = options.TlsKey ?? Path.Combine(dataDirectory, KeyFile);
        _files = new(files => ServerCertificate.FromPem(files[0], files[1]), _certificate, _key) { Prepare = RenewOwn };
    }

    /// <summary>How to greet clients. The object stays the same; its certificate is the one of the last look.</summary>
    /// <exception cref="ListenException">The certificate cannot be used; the message says why and what to do.</exception>
    public SslServerAuthenticationOptions Load()
    {
        _files.Look();
        if (_files.Problem is { } problem)
        {
            throw new ListenException(
                $"cannot use the TLS certificate {_certificate} with key {_key}: {problem.Message}; "
                + "set a PEM pair with --tls-certificate and --tls-key, or a writable --data-dir for a self-signed one",
                problem);
        }

        Designate();
        return _tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _files.Value,
            ApplicationProtocols = [DnsOverTls],
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.None,
        };
    }

    /// <summary>Takes over files that changed. What is half written or unreadable is logged once; the certificate from before goes on.</summary>
    public void LookAgain()
    {
        if (_tls is not { } tls)
            return;
        switch (_files.Look())
        {
            case FollowedLook.Changed:
                tls.ServerCertificateContext = _files.Value;
                Designate();
                TransportLog.CertificateRead(_logger, _certificate);
                break;
            case FollowedLook.Unusable:
                TransportLog.CertificateKept(_logger, _certificate, _key, _files.Problem!.Message);
                break;
        }
    }

    private void Designate() => _designated?.Offer(new EncryptedService(
        EncryptedProtocol.Tls,
        [.. ListenAddress.ReadAll(_options.TlsAddresses, ListenOptions.TlsPort)],
        CertificateClaims.Of(_files.Value!.TargetCertificate)));

    private void RenewOwn()
    {
        if (_options.TlsCertificate is null && (!File.Exists(_key) || ServerCertificate.NeedsRenewal(_certificate, _time.GetUtcNow())))
            Make(_certificate, _key, _time.GetUtcNow());
    }

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
}
