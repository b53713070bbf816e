using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Opens connections to upstreams.</summary>
internal static class TcpStream
{
    /// <exception cref="SocketException">The other side cannot be reached.</exception>
    public static async ValueTask<Stream> OpenAsync(IPEndPoint server, CancellationToken cancellation)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="SocketException">The other side cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not for this name, or not trusted.</exception>
    public static async ValueTask<Stream> OpenTlsAsync(IPEndPoint server, string name, CertificateTrust trust, CancellationToken cancellation)
    {
        var tls = new SslStream(await OpenAsync(server, cancellation));
        try
        {
            // ALPN token of RFC 7858 in the IANA registry.
            await tls.AuthenticateAsClientAsync(trust.For(name, new SslApplicationProtocol("dot")), cancellation);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
