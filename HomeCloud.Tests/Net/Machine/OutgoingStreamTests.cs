using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Net.Machine;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;

namespace HomeCloud.Tests.Net.Machine;

/// <summary>Each stream that we open towards others gives a peer that vanished seconds, not a quarter of an hour.</summary>
public sealed class OutgoingStreamTests : IDisposable
{
    private readonly TcpListener _peer = new(IPAddress.Loopback, 0);

    public OutgoingStreamTests() => _peer.Start();

    public void Dispose() => _peer.Dispose();

    [Fact]
    public async Task To_an_upstream()
    {
        await using var stream = (NetworkStream)await TcpStream.OpenAsync((IPEndPoint)_peer.LocalEndpoint, CancellationToken.None);
        NoticesSilence(stream.Socket);
    }

    [Fact]
    public void To_redis()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var configuration = new RedisConnector(new RegistryOptions { Redis = "127.0.0.1" }).Configure(new RedisEndpoint("127.0.0.1", 6379));
        configuration.BeforeSocketConnect!(_peer.LocalEndpoint, default, socket);
        NoticesSilence(socket);
    }

    [Fact]
    public void To_an_engine_or_an_agent()
    {
        using var socket = OutgoingStream.Create();
        NoticesSilence(socket);
    }

    // tcp(7): TCP_USER_TIMEOUT is option 18 of level 6.
    private static void NoticesSilence(Socket socket)
    {
        Span<byte> value = stackalloc byte[4];
        socket.GetRawSocketOption(6, 18, value);
        BitConverter.ToInt32(value).Should().BeInRange(1_000, 15_000);
        ((int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!).Should().NotBe(0);
    }
}
