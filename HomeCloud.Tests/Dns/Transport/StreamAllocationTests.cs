using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>Pipelined queries over TCP leave nothing for the garbage collector: measured on the connection's own thread, over 100,000 of them.</summary>
[Trait("Category", "Slow")]
public class StreamAllocationTests
{
    private const int Warmup = 3_200;
    private const int Queries = 100_000;
    private const int Pipelined = 16;

    // The runtime may compile a method anew in the middle, and allocate for that, once.
    private const int Windows = 3;

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

        for (var sent = 0; sent < Warmup + (Windows * Queries) + Pipelined && handler.Least != 0; sent += Pipelined)
        {
            client.Send(frames);
            for (var received = 0; received < responses.Length;)
            {
                var count = client.Receive(responses.AsSpan(received));
                count.Should().BePositive();
                received += count;
            }
        }

        handler.Threads.Should().Be(1);
        handler.Least.Should().Be(0);
    }

    /// <summary>Looks at the counter of the thread that serves the connection before and behind each window of queries.</summary>
    private sealed class MeasuringHandler : IQueryHandler
    {
        private int _count;
        private int _thread;
        private long _before;

        public int Threads { get; private set; }

        /// <summary>Octets allocated in the best window so far.</summary>
        public long Least { get; private set; } = long.MaxValue;

        public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
        {
            if (_thread != Environment.CurrentManagedThreadId)
            {
                _thread = Environment.CurrentManagedThreadId;
                Threads++;
            }

            _count++;
            if (_count >= Warmup && (_count - Warmup) % Queries == 0)
            {
                var now = GC.GetAllocatedBytesForCurrentThread();
                if (_count > Warmup)
                    Least = Math.Min(Least, now - _before);
                _before = now;
            }

            buffer[2] |= 0x80;
            responseLength = queryLength;
            return Disposition.Answered;
        }
    }
}
