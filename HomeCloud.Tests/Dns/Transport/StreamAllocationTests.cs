using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>Pipelined queries over TCP leave nothing for the garbage collector: measured on the connection's own thread, over 100,000 of them.</summary>
[Trait("Category", "Slow")]
public class StreamAllocationTests
{
    private const int Pipelined = 16;

    [Fact(Timeout = 120_000)]
    public async Task Pipelined_queries_allocate_nothing()
    {
        var handler = new MeasuringHandler();
        var options = new ListenOptions { Addresses = { "127.0.0.1:0" } };
        await using var transport = new DnsTransport(options, handler, NullLogger<DnsTransport>.Instance);
        transport.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };
        client.Connect(transport.Addresses[0]);
        var query = ScriptedHandler.Query(1);
        byte[] frames = [.. Enumerable.Range(0, Pipelined).SelectMany(_ => (byte[])[0, (byte)query.Length, .. query])];
        var responses = new byte[frames.Length];

        for (var sent = 0; sent < AllocationMeter.Enough + Pipelined && handler.Meter.Least != 0; sent += Pipelined)
        {
            client.Send(frames);
            for (var received = 0; received < responses.Length;)
            {
                var count = client.Receive(responses.AsSpan(received));
                count.Should().BePositive();
                received += count;
            }
        }

        handler.Meter.Threads.Should().Be(1);
        handler.Meter.Least.Should().Be(0);
    }

    private sealed class MeasuringHandler : IQueryHandler
    {
        public AllocationMeter Meter { get; } = new();

        public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
        {
            Meter.Count();
            buffer[2] |= 0x80;
            responseLength = queryLength;
            return Disposition.Answered;
        }
    }
}
