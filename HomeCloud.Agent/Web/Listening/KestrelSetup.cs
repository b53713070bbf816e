using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Net.Machine;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Web.Listening;

/// <summary>Tells Kestrel where to listen. A port that is taken costs the page, never the names: it is told in one line and left out.</summary>
internal sealed partial class KestrelSetup(WebOptions options, ServersOptions servers, CertificateSource certificates, ConnectionGate gate, ControlSocketClaim socket, ILogger<KestrelSetup> logger) : IConfigureOptions<KestrelServerOptions>
{
    private const int LargestBody = 1 << 20;

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        // The gate counts them, and makes room.
        kestrel.Limits.MaxConcurrentConnections = null;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        var listening = socket.IsOurs = options.ControlSocket.Length > 0 && TryListenUnix(kestrel, options.ControlSocket);
        foreach (var endpoint in options.Listen.Where(IsFree))
        {
            kestrel.Listen(endpoint, Guard);
            listening = true;
        }

        foreach (var endpoint in options.ListenTls.Where(IsFree).Where(HasCertificate))
        {
            kestrel.Listen(endpoint, Secure);
            listening = true;
        }

        foreach (var endpoint in options.ListenHttps.Where(IsFree).Where(HasCertificate))
        {
            kestrel.Listen(endpoint, listen =>
            {
                Secure(listen);
                listen.Use(next => connection =>
                {
                    connection.Features.Set(new DnsAlone());
                    return next(connection);
                });
            });
            listening = true;
        }

        // With nowhere to listen Kestrel would choose port 5000 by itself; a socket that only we can open is nowhere.
        if (!listening)
            TryListenUnix(kestrel, Path.Combine(servers.DataDirectory, "web", "unused.sock"));
    }

    private void Guard(ListenOptions listen) => listen.Use(next => connection => gate.RunAsync(connection, next));

    private void Secure(ListenOptions listen)
    {
        Guard(listen);
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates.Get()) });
    }

    private bool TryListenUnix(KestrelServerOptions kestrel, string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (UnixSocket.IsAlive(path))
            {
                LogInUse(path);
                return false;
            }

            File.Delete(path);
            kestrel.ListenUnixSocket(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNoSocket(path, exception.Message);
            return false;
        }
    }

    private bool HasCertificate(IPEndPoint endpoint)
    {
        try
        {
            certificates.Get();
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            LogNoCertificate(endpoint, exception.Message);
            return false;
        }
    }

    private bool IsFree(IPEndPoint endpoint)
    {
        if (endpoint.Port == 0)
            return true;

        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel will: connections that linger in TIME_WAIT do not count.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            LateAddress.Allow(socket);
            socket.Bind(endpoint);
            socket.Listen(1);
            return true;
        }
        catch (SocketException exception)
        {
            LogTaken(endpoint, exception.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Control socket {Path}: another agent uses it; set another with --control-socket")]
    private partial void LogInUse(string path);

    [LoggerMessage(LogLevel.Error, "Control socket {Path}: cannot be created: {Reason}. Set another one with --control-socket, or 'off'")]
    private partial void LogNoSocket(string path, string reason);

    [LoggerMessage(LogLevel.Error, "Page: no TLS on {Endpoint}: {Reason} Check --tls-certificate and --tls-key. Names are still served")]
    private partial void LogNoCertificate(IPEndPoint endpoint, string reason);

    [LoggerMessage(LogLevel.Error, "Page: cannot listen on {Endpoint}: {Reason}. Set another address with --web ADDR:PORT, or stop what listens there (ss -ltnp). Names are still served")]
    private partial void LogTaken(IPEndPoint endpoint, string reason);
}
