using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Lab.Network.Native;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;

namespace HomeCloud.Tests.Lab.Year;

/// <summary>A stub in the home: one question, one socket, and a little longer patience than the server has with its upstreams.</summary>
internal sealed class YearClient(YearHome home)
{
    /// <summary>The server gives up after 4.5 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private ushort _id;

    /// <summary>Of the server, as the last DNS over TLS connection showed it.</summary>
    public string? Thumbprint { get; private set; }

    /// <returns>The A record; null when there was no answer in time, or another one.</returns>
    public Task<IPAddress?> AskUdpAsync(string name, IPAddress? server = null) => TryAsync(name, async (query, cancellation) =>
    {
        using var socket = Open(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(server ?? YearHome.Address, 53), cancellation);
        await socket.SendAsync(query, cancellation);
        var buffer = new byte[4096];
        return buffer[..await socket.ReceiveAsync(buffer, cancellation)];
    });

    public Task<IPAddress?> AskTcpAsync(string name) => TryAsync(name, async (query, cancellation) =>
    {
        using var socket = Open(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(YearHome.Address, 53), cancellation);
        await using var stream = new NetworkStream(socket);
        return await ExchangeAsync(stream, query, cancellation);
    });

    public Task<IPAddress?> AskTlsAsync(string name) => TryAsync(name, async (query, cancellation) =>
    {
        using var socket = Open(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(YearHome.Address, 853), cancellation);
        await using var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "check.home" }, cancellation);
        Thumbprint = stream.RemoteCertificate!.GetCertHashString();
        return await ExchangeAsync(stream, query, cancellation);
    });

    private Socket Open(SocketType type, ProtocolType protocol) => NetworkNamespace.Create(home.Inside, () => new Socket(AddressFamily.InterNetwork, type, protocol));

    private async Task<IPAddress?> TryAsync(string name, Func<byte[], CancellationToken, Task<byte[]>> exchange)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var query = QueryBytes.Of(name, RecordType.A, ++_id);
        try
        {
            var answer = await exchange(query, deadline.Token);
            var record = query.Length;
            return answer.Length >= record + 16 && answer[0] == query[0] && answer[1] == query[1] && MessageHeader.ResponseCode(answer) == ResponseCode.NoError && MessageHeader.AnswerCount(answer) == 1
                ? new IPAddress(answer.AsSpan(record + 12, 4))
                : null;
        }
        catch (Exception failed) when (failed is OperationCanceledException or SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return null;
        }
    }

    private static async Task<byte[]> ExchangeAsync(Stream stream, byte[] query, CancellationToken cancellation)
    {
        await stream.WriteAsync((byte[])[0, (byte)query.Length, .. query], cancellation);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellation);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellation);
        return answer;
    }
}
