using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Hosting;

/// <summary>An upstream server that answers every question with 198.51.100.N (RFC 5737).</summary>
internal sealed class AnsweringUpstream : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public AnsweringUpstream(byte lastOctet) => _ = ServeAsync(lastOctet);

    public IPEndPoint Address => (IPEndPoint)_socket.Client.LocalEndPoint!;

    /// <summary>Last octet of the first A record, 0 when there is none: the address stands right behind question and record header.</summary>
    public static byte LastOctet(ReadOnlySpan<byte> answer)
    {
        var record = MessageHeader.Size + DnsName.Measure(answer[MessageHeader.Size..]) + 4;
        return MessageHeader.AnswerCount(answer) == 0 ? (byte)0 : answer[record + 15];
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync(byte lastOctet)
    {
        try
        {
            while (true)
            {
                var query = await _socket.ReceiveAsync();
                var question = MessageHeader.Size + DnsName.Measure(query.Buffer.AsSpan(MessageHeader.Size)) + 4;
                byte[] answer = [.. query.Buffer.AsSpan(0, question), 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, lastOctet];
                MessageHeader.SetFlags(answer, HeaderFlags.Response | HeaderFlags.RecursionDesired | HeaderFlags.RecursionAvailable);
                MessageHeader.SetCounts(answer, 1, 1, 0, 0);
                await _socket.SendAsync(answer, query.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed: the scenario is over.
        }
    }
}
