using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Storage;

namespace HomeCloud.Agent.Web.Hosting;

/// <summary>
/// The given certificate with the chain behind it, or one of our own that is kept in the data directory and made again a
/// month before it ends. Looked at again every minute of use and at SIGHUP, so that what certbot renews is served without
/// a restart.
/// </summary>
internal sealed partial class CertificateSource : IDisposable
{
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private readonly WebOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration _hangUp;
    private readonly Lock _lock = new();
    private State? _state;
    private string? _problem;

    public CertificateSource(WebOptions options, ServersOptions servers, TimeProvider time, ILogger<CertificateSource> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        OwnPath = Path.Combine(servers.DataDirectory, "web", "certificate.pem");
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            LookNext();
        });
    }

    /// <summary>Where our own is kept.</summary>
    public string OwnPath { get; }

    /// <summary>For one handshake.</summary>
    /// <exception cref="CryptographicException">The given certificate was never readable.</exception>
    /// <exception cref="IOException">Nor were its files.</exception>
    public SslServerAuthenticationOptions Get()
    {
        lock (_lock)
        {
            if (_state is not { LookedAt: { } at } state || _time.GetElapsedTime(at) >= LookEvery)
            {
                state = _state = Look(_state);
            }

            return state.Options;
        }
    }

    /// <summary>The next handshake looks at the files, however short ago the last look was.</summary>
    public void LookNext()
    {
        lock (_lock)
        {
            _state = _state is { } state ? state with { LookedAt = null } : null;
        }
    }

    public void Dispose() => _hangUp.Dispose();

    private State Look(State? old)
    {
        var own = _options.TlsCertificate.Length == 0;
        var (certificate, key) = own ? (OwnPath, OwnPath) : (_options.TlsCertificate, _options.TlsKey);
        try
        {
            if (own && NeedsOwn())
            {
                DurableFile.Write(OwnPath, System.Text.Encoding.ASCII.GetBytes(OwnCertificate.Make(_options, _time.GetUtcNow())), secret: true);
            }

            // By content: links, swapped folders and restored times tell nothing.
            var pem = (File.ReadAllText(certificate), File.ReadAllText(key));
            if (old is not null && old.Pem == pem)
            {
                _problem = null;
                return old with { LookedAt = _time.GetTimestamp() };
            }

            var fresh = new State(Read(pem), pem, _time.GetTimestamp());
            if (old is not null)
            {
                LogRead(_logger, certificate);
            }

            _problem = null;
            return fresh;
        }
        catch (Exception exception) when (old is not null && exception is (CryptographicException or IOException or UnauthorizedAccessException or ArgumentException))
        {
            // Half written, perhaps: the one we have goes on.
            if (exception.Message != _problem)
            {
                LogKept(_logger, certificate, exception.Message);
            }

            _problem = exception.Message;
            return old! with { LookedAt = _time.GetTimestamp() };
        }
    }

    private bool NeedsOwn()
    {
        if (!File.Exists(OwnPath))
        {
            return true;
        }

        using var kept = X509CertificateLoader.LoadCertificateFromFile(OwnPath);
        // Made while the clock was wrong, it may lie in the future as soon as the clock is right.
        var now = _time.GetUtcNow().UtcDateTime;
        return now < kept.NotBefore.ToUniversalTime() || kept.NotAfter.ToUniversalTime() <= now + Renewal;
    }

    private static SslServerAuthenticationOptions Read((string Certificate, string Key) pem)
    {
        // The first is the server's own; those behind it lead to the authority, and clients want to see them.
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem.Certificate);
        var leaf = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Page: certificate {Path} was renewed; new connections use it")]
    private static partial void LogRead(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Page: certificate {Path} cannot be used: {Reason}; the previous one stays in use")]
    private static partial void LogKept(ILogger logger, string path, string reason);

    private sealed record State(SslServerAuthenticationOptions Options, (string Certificate, string Key) Pem, long? LookedAt);
}
