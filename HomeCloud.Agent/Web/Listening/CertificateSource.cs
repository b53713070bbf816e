using System.Net.Security;
using System.Runtime.InteropServices;
using System.Text;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Certificates;
using HomeCloud.Net.Files;

namespace HomeCloud.Agent.Web.Listening;

/// <summary>
/// The given certificate with the chain behind it, or one of our own that is kept in the data directory and made again a
/// month before it ends. Looked at again every minute of use and at SIGHUP, so that what certbot renews is served without
/// a restart.
/// </summary>
internal sealed partial class CertificateSource : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private readonly WebOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration _hangUp;
    private readonly FollowedFiles<SslServerAuthenticationOptions> _files;
    private readonly string _path;
    private readonly Lock _lock = new();
    private long? _lookedAt;

    public CertificateSource(WebOptions options, ServersOptions servers, TimeProvider time, ILogger<CertificateSource> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        OwnPath = Path.Combine(servers.DataDirectory, "web", "certificate.pem");
        var own = options.TlsCertificate.Length == 0;
        _path = own ? OwnPath : options.TlsCertificate;
        _files = new(Read, _path, own ? OwnPath : options.TlsKey) { Prepare = own ? RenewOwn : null };
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            LookNext();
        });
    }

    /// <summary>Where our own is kept.</summary>
    public string OwnPath { get; }

    /// <summary>For one handshake.</summary>
    /// <exception cref="IOException">The certificate was never usable; the message says why.</exception>
    public SslServerAuthenticationOptions Get()
    {
        lock (_lock)
        {
            if (_files.Value is null || _lookedAt is not { } at || _time.GetElapsedTime(at) >= LookEvery)
            {
                Look();
                _lookedAt = _time.GetTimestamp();
            }

            return _files.Value ?? throw new IOException(_files.Problem!.Message, _files.Problem);
        }
    }

    /// <summary>The next handshake looks at the files, however short ago the last look was.</summary>
    public void LookNext()
    {
        lock (_lock)
            _lookedAt = null;
    }

    public void Dispose() => _hangUp.Dispose();

    private void Look()
    {
        var first = _files.Value is null;
        switch (_files.Look())
        {
            case FollowedLook.Changed when !first:
                LogRead(_logger, _path);
                break;
            case FollowedLook.Unusable when !first:
                LogKept(_logger, _path, _files.Problem!.Message);
                break;
        }
    }

    private void RenewOwn()
    {
        if (ServerCertificate.NeedsRenewal(OwnPath, _time.GetUtcNow()))
            DurableFile.Write(OwnPath, Encoding.ASCII.GetBytes(OwnCertificate.Make(_options, _time.GetUtcNow())), secret: true);
    }

    private static SslServerAuthenticationOptions Read(IReadOnlyList<byte[]> files) => new()
    {
        ServerCertificateContext = ServerCertificate.FromPem(files[0], files[1]),
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    [LoggerMessage(LogLevel.Information, "Page: certificate {Path} was renewed; new connections use it")]
    private static partial void LogRead(ILogger logger, string path);

    [LoggerMessage(LogLevel.Error, "Page: certificate {Path} cannot be used: {Reason}; the previous one stays in use")]
    private static partial void LogKept(ILogger logger, string path, string reason);
}
