using System.Net.Sockets;
using HomeCloud.Dns.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

public class UdpAllocationTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(false, "127.0.0.1")]
    [InlineData(true, "127.0.0.1")]
    [InlineData(false, "0.0.0.0")]
    [InlineData(true, "0.0.0.0")]
    public async Task Receiving_and_answering_allocate_nothing(bool late, string address)
    {
        var options = new ListenOptions { Addresses = { $"{address}:0" } };
        await using var transport = new DnsTransport(options, new EchoHandler(late), NullLogger<DnsTransport>.Instance);
        transport.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        client.Connect("127.0.0.1", transport.Addresses[0].Port);
        var query = ScriptedHandler.Query(1);
        var response = new byte[512];

        // Other tests of the run allocate in this process too: some window without them must show zero.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 500 && least > 0; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < 200; i++)
            {
                client.Send(query);
                client.Receive(response);
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        least.Should().Be(0);
    }
}
