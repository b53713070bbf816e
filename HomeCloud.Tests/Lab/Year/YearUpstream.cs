using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Lab.Network.Native;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Lab.Year;

/// <summary>
/// A provider's resolver inside the home's namespace, over UDP, TCP and TLS: every name has an A record. Its router forgets
/// connections: those stay open, and nothing comes over them any more.
/// </summary>
internal sealed class YearUpstream : IDisposable
{
    private const uint Ttl = 300;

    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Socket _tls;
    private readonly X509Certificate2 _certificate;
    private volatile int _flows;

    public YearUpstream(int namespacePid, IPAddress address, X509Certificate2 certificate)
    {
        _certificate = certificate;
        Socket Open(SocketType type, ProtocolType protocol, int port) => NetworkNamespace.Create(namespacePid, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
            socket.Bind(new IPEndPoint(address, port));
            if (type == SocketType.Stream)
                socket.Listen(64);
            return socket;
        });
        _udp = Open(SocketType.Dgram, ProtocolType.Udp, 5353);
        _tcp = Open(SocketType.Stream, ProtocolType.Tcp, 5353);
        _tls = Open(SocketType.Stream, ProtocolType.Tcp, 8853);
        _ = ServeUdpAsync();
        _ = AcceptAsync(_tcp, encrypted: false);
        _ = AcceptAsync(_tls, encrypted: true);
    }

    /// <summary>Of every name.</summary>
    public static IPAddress Answer { get; } = IPAddress.Parse("198.51.100.7");

    /// <summary>The connections of now are dead from here on; new ones work.</summary>
    public void ForgetFlows() => Interlocked.Increment(ref _flows);

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
        _tls.Dispose();
    }

    private static byte[] Reply(ReadOnlySpan<byte> query)
    {
        var question = MessageHeader.Size + DnsName.Measure(query[MessageHeader.Size..]) + 4;
        var address = BinaryPrimitives.ReadUInt16BigEndian(query[(question - 4)..]) == (ushort)RecordType.A;
        byte[] reply = [.. query[..question]];
        if (address)
            reply = [.. reply, 0xC0, 12, 0, 1, 0, 1, 0, 0, (byte)(Ttl >> 8), unchecked((byte)Ttl), 0, 4, .. Answer.GetAddressBytes()];
        MessageHeader.SetFlags(reply, HeaderFlags.Response | HeaderFlags.RecursionDesired | HeaderFlags.RecursionAvailable);
        MessageHeader.SetCounts(reply, 1, address ? 1 : 0, 0, 0);
        return reply;
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await _udp.SendToAsync(Reply(buffer.AsSpan(0, received.ReceivedBytes)), received.RemoteEndPoint);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The year is over.
        }
    }

    private async Task AcceptAsync(Socket listener, bool encrypted)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptAsync(), encrypted);
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The year is over.
        }
    }

    private async Task ServeAsync(Socket socket, bool encrypted)
    {
        var flow = _flows;
        try
        {
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            await using var _ = stream;
            if (encrypted)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
                stream = tls;
            }

            var frame = new byte[65537];
            while (true)
            {
                await stream.ReadExactlyAsync(frame.AsMemory(0, 2));
                var length = BinaryPrimitives.ReadUInt16BigEndian(frame);
                await stream.ReadExactlyAsync(frame.AsMemory(2, length));
                if (flow != _flows)
                    continue;
                var reply = Reply(frame.AsSpan(2, length));
                await stream.WriteAsync((byte[])[(byte)(reply.Length >> 8), (byte)reply.Length, .. reply]);
            }
        }
        catch (Exception closed) when (closed is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The server hung up.
        }
    }
}
