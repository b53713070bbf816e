using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport.Instruments;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>What all connections of one listener share.</summary>
internal sealed class StreamService(IQueryHandler handler, IZoneTransfer? transfers, SslServerAuthenticationOptions? tls, ILogger logger)
{
    public IQueryHandler Handler { get; } = handler;

    /// <summary>Asked first, for answers of several messages; null when there are none.</summary>
    public IZoneTransfer? Transfers { get; } = transfers;

    public ILogger Logger { get; } = logger;

    public TransportCounters Counters { get; } = new();

    public QueryTransport Transport => tls is null ? QueryTransport.Tcp : QueryTransport.Tls;

    /// <summary>The stream to read messages from, after the handshake if there is one.</summary>
    /// <param name="ownThread">The calling thread serves nothing but this socket.</param>
    public async ValueTask<Stream> OpenAsync(Socket socket, bool ownThread)
    {
        var plain = ownThread ? new OwnThreadStream(socket) : new NetworkStream(socket, ownsSocket: true);
        if (tls is null)
            return plain;

        var encrypted = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsServerAsync(tls);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }
}
