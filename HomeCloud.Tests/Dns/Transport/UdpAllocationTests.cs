using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>Queries over UDP leave nothing for the garbage collector: measured on the worker's own thread, and on the one that answers late, over 100,000 of them.</summary>
[Trait("Category", "Slow")]
public class UdpAllocationTests
{
    private const int AtATime = 16;

    [Theory(Timeout = 60_000)]
    [InlineData(false, "127.0.0.1")]
    [InlineData(true, "127.0.0.1")]
    [InlineData(false, "0.0.0.0")]
    [InlineData(true, "0.0.0.0")]
    public async Task Receiving_and_answering_allocate_nothing(bool late, string address)
    {
        using var answering = late ? new AnsweringThread() : null;
        var handler = new MeasuringHandler(answering);
        var options = new ListenOptions { Addresses = { $"{address}:0" } };
        await using var transport = new DnsTransport(options, handler, NullLogger<DnsTransport>.Instance);
        transport.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        client.Connect("127.0.0.1", transport.Addresses[0].Port);
        var query = ScriptedHandler.Query(1);
        var response = new byte[512];

        var meters = answering is null ? new[] { handler.Meter } : [handler.Meter, answering.Meter];
        for (var sent = 0; sent < AllocationMeter.Enough + AtATime && meters.Any(meter => meter.Least != 0); sent += AtATime)
        {
            for (var i = 0; i < AtATime; i++)
                client.Send(query);
            for (var i = 0; i < AtATime; i++)
                client.Receive(response).Should().Be(query.Length);
        }

        // The kernel gives all queries of one socket to the same worker.
        meters.Should().OnlyContain(meter => meter.Threads == 1 && meter.Least == 0);
    }

    private sealed class MeasuringHandler(AnsweringThread? late) : IQueryHandler
    {
        public AllocationMeter Meter { get; } = new();

        public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
        {
            Meter.Count();
            buffer[2] |= 0x80;
            responseLength = queryLength;
            if (late is null)
                return Disposition.Answered;

            responseLength = 0;
            late.Give(context.Replies.CaptureReplyPath(), buffer[..queryLength]);
            return Disposition.Deferred;
        }
    }
}
