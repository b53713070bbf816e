using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Storage;

namespace HomeCloud.Agent.Web.Hosting;

/// <summary>
/// The given certificate with the chain behind it, or one of our own that is kept in the data directory and made again a
/// month before it ends. Looked at again every minute of use, so that what certbot renews is served without a restart.
/// </summary>
internal sealed partial class CertificateSource(WebOptions options, ServersOptions servers, TimeProvider time, ILogger<CertificateSource> logger)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private State? _state;

    /// <summary>Where our own is kept.</summary>
    public string OwnPath { get; } = Path.Combine(servers.DataDirectory, "web", "certificate.pem");

    /// <summary>For one handshake.</summary>
    /// <exception cref="CryptographicException">The given certificate was never readable.</exception>
    /// <exception cref="IOException">Nor were its files.</exception>
    public SslServerAuthenticationOptions Get()
    {
        lock (_lock)
        {
            if (_state is not { } state || time.GetElapsedTime(state.LookedAt) >= LookEvery)
            {
                state = _state = Look(_state);
            }

            return state.Options;
        }
    }

    private State Look(State? old)
    {
        var own = options.TlsCertificate.Length == 0;
        var (certificate, key) = own ? (OwnPath, OwnPath) : (options.TlsCertificate, options.TlsKey);
        try
        {
            if (own && NeedsOwn())
            {
                DurableFile.Write(OwnPath, System.Text.Encoding.ASCII.GetBytes(OwnCertificate.Make(options, time.GetUtcNow())), secret: true);
            }

            var written = (File.GetLastWriteTimeUtc(certificate), File.GetLastWriteTimeUtc(key));
            if (old is not null && old.Written == written)
            {
                return old with { LookedAt = time.GetTimestamp() };
            }

            var fresh = new State(Read(certificate, key), written, time.GetTimestamp());
            if (old is not null)
            {
                LogRead(certificate);
            }

            return fresh;
        }
        catch (Exception exception) when (old is not null && exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Half written, perhaps: the one we have goes on.
            LogKept(certificate, exception.Message);
            return old! with { LookedAt = time.GetTimestamp() };
        }
    }

    private bool NeedsOwn()
    {
        if (!File.Exists(OwnPath))
        {
            return true;
        }

        using var kept = X509CertificateLoader.LoadCertificateFromFile(OwnPath);
        return kept.NotAfter.ToUniversalTime() <= time.GetUtcNow().UtcDateTime + Renewal;
    }

    private static SslServerAuthenticationOptions Read(string certificate, string key)
    {
        // The first is the server's own; those behind it lead to the authority, and clients want to see them.
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        var leaf = X509Certificate2.CreateFromPemFile(certificate, key);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The page's certificate {Path} was read again")]
    private partial void LogRead(string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The page's certificate {Path} cannot be read: {Reason}; the one from before is served on")]
    private partial void LogKept(string path, string reason);

    private sealed record State(SslServerAuthenticationOptions Options, (DateTime Certificate, DateTime Key) Written, long LookedAt);
}
