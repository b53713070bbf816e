using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>Asks a server one question at a time over UDP, and over TCP when told to.</summary>
internal sealed class UdpAsker : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint _server;

    public UdpAsker(IPEndPoint server)
    {
        _server = server;
        _socket.Connect(server);
    }

    /// <returns>Null when no answer came in time, or nothing listens.</returns>
    public async Task<DnsMessage?> TryAskAsync(byte[] query, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        var buffer = new byte[65535];
        try
        {
            await _socket.SendAsync(query, deadline.Token);
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, deadline.Token);
                if (MessageHeader.Id(buffer) == MessageHeader.Id(query))
                    return DnsMessage.Parse(buffer.AsSpan(0, length));
            }
        }
        catch (Exception none) when (none is OperationCanceledException or SocketException)
        {
            // A closed port answers at once: the rest of the time still has to pass, or callers would spin.
            using var rest = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            await rest.WaitForNextTickAsync(CancellationToken.None);
            return null;
        }
    }

    public async Task<DnsMessage> AskTcpAsync(byte[] query)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(_server, deadline.Token);
        var stream = client.GetStream();
        await stream.WriteAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query], deadline.Token);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, deadline.Token);
        var reply = new byte[(length[0] << 8) | length[1]];
        await stream.ReadExactlyAsync(reply, deadline.Token);
        return DnsMessage.Parse(reply);
    }

    public void Dispose() => _socket.Dispose();
}
