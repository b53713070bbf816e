using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;
using HomeCloud.Tests.Dns.Transport;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>Asks one question over a socket of its own.</summary>
internal static class SocketAsker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="addresses">Of the server: UDP and TCP first, TLS last.</param>
    /// <param name="query">Whole message.</param>
    /// <param name="transport">How to ask.</param>
    /// <param name="expectSilence">Whether no answer (by UDP) is what is expected.</param>
    /// <returns>The answer; null when a query sent after it was answered and it was not.</returns>
    public static async Task<byte[]?> AskAsync(IReadOnlyList<IPEndPoint> addresses, byte[] query, QueryTransport transport, bool expectSilence)
    {
        using var deadline = new CancellationTokenSource(Patience);
        if (transport == QueryTransport.Udp)
            return await AskUdpAsync(addresses[0], query, expectSilence, deadline.Token);

        using var client = new TcpClient();
        await client.ConnectAsync(transport == QueryTransport.Tls ? addresses[^1] : addresses[0], deadline.Token);
        await using Stream stream = transport == QueryTransport.Tls ? await SecureAsync(client, deadline.Token) : client.GetStream();
        await stream.WriteAsync(StreamTests.Frame(query), deadline.Token);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, deadline.Token);
        var response = new byte[(length[0] << 8) | length[1]];
        await stream.ReadExactlyAsync(response, deadline.Token);
        return response;
    }

    // A question that is always answered follows on the same socket, and so to the same worker: whoever expects silence
    // knows by its answer that there is nothing more to come.
    private static async Task<byte[]?> AskUdpAsync(IPEndPoint server, byte[] query, bool expectSilence, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(query, cancellationToken);
        if (expectSilence)
            await socket.SendAsync(QueryBytes.Of("localhost", RecordType.A, DisplacedHandler.ControlId), cancellationToken);
        var buffer = new byte[65_536];
        var length = await socket.ReceiveAsync(buffer, cancellationToken);
        return MessageHeader.Id(buffer) == DisplacedHandler.ControlId ? null : buffer[..length];
    }

    private static async Task<Stream> SecureAsync(TcpClient client, CancellationToken cancellationToken)
    {
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "check.home", ApplicationProtocols = [new SslApplicationProtocol("dot")] }, cancellationToken);
        return stream;
    }
}
