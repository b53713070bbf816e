using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;
using HomeCloud.Tests.Dns.Transport;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Fuzzing;

/// <summary>Damaged queries and hostile streams against the real server, over sockets. Seeded; short in every run, long in <c>./test long</c>.</summary>
[Collection(AloneCollection.Name)]
public sealed class ServerFuzzTests(ITestOutputHelper output)
{
    private const int Timeout = 10 * 60_000;
    private const int Burst = 50;
    private const ushort ControlId = 0xFFFF;
    private const long Flat = 32 << 20;

    [Theory(Timeout = Timeout)]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Category", "Slow")]
    public async Task A_hundred_thousand_damaged_queries_are_answered_sensibly_or_not_at_all(int seed) => await SendDamagedAsync(seed, 50_000);

    [Fact(Timeout = Timeout)]
    [Trait("Category", "Long")]
    public async Task A_million_damaged_queries_are_answered_sensibly_or_not_at_all() => await SendDamagedAsync(seed: 3, 1_000_000);

    [Fact(Timeout = Timeout)]
    [Trait("Category", "Slow")]
    public async Task Hostile_streams_neither_stop_the_server_nor_stay() => await ConnectHostileAsync(200);

    [Fact(Timeout = Timeout)]
    [Trait("Category", "Long")]
    public async Task Ten_thousand_hostile_streams_neither_stop_the_server_nor_stay() => await ConnectHostileAsync(10_000);

    private async Task SendDamagedAsync(int seed, int datagrams)
    {
        await using var server = await LocalServer.StartAsync("192.0.2.7 printer\n", Unlimited);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        socket.Connect(server.EndPoint);
        var mutator = new Mutator(seed);
        var control = QueryBytes.Of("printer.home", RecordType.A, ControlId);
        var response = new byte[65_536];
        var (started, before, answered) = (Environment.TickCount64, 0L, 0);
        for (var sent = 0; sent < datagrams; sent += Burst)
        {
            // Only now is everything in place that a running server has.
            if (sent == datagrams / 10)
                before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < Burst; i++)
                socket.Send(mutator.Next((ushort)i));
            socket.Send(control);

            int length;
            do
            {
                length = socket.Receive(response);
                answered++;
                if (!IsSensible(response.AsSpan(0, length)))
                    Assert.Fail($"after {sent} queries came {Convert.ToHexString(response.AsSpan(0, length))}");
            }
            while (BinaryPrimitives.ReadUInt16BigEndian(response) != ControlId);
            if (!response.AsSpan(length - 4, 4).SequenceEqual<byte>([192, 0, 2, 7]))
                Assert.Fail($"after {sent} queries printer.home is {Convert.ToHexString(response.AsSpan(0, length))}");
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"measured: {datagrams:N0} damaged queries in {(Environment.TickCount64 - started) / 1_000.0:0.0} s, {answered:N0} answers, memory {grown >> 10:+#;-#;0} KiB since the first tenth");
        server.Transport.UdpCounters.Sum(counters => counters.Failed).Should().Be(0, "no handler may throw");
        grown.Should().BeLessThan(Flat, "memory stays flat");
    }

    private async Task ConnectHostileAsync(int streams)
    {
        await using var server = await LocalServer.StartAsync("192.0.2.7 printer\n", options =>
        {
            Unlimited(options);
            options.Listen.MaxConnections = 100;
            options.Listen.MaxConnectionsPerClient = 100;
            options.Listen.MessageTimeout = TimeSpan.FromSeconds(1);
            options.Listen.IdleTimeout = TimeSpan.FromSeconds(1);
        });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Environment.TickCount64;
        for (var done = 0; done < streams; done += Burst)
        {
            await Task.WhenAll(Enumerable.Range(done, Burst).Select(seed => HostileStreamAsync(server.EndPoint, seed)));
            await AssertServesAsync(server.EndPoint);
        }

        await TransportFixture.UntilAsync(() => server.Transport.OpenConnections == 0);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"measured: {streams:N0} hostile streams in {(Environment.TickCount64 - started) / 1_000.0:0.0} s, memory {grown >> 10:+#;-#;0} KiB");
        server.Transport.StreamCounters.Sum(counters => counters.Failed).Should().Be(0, "no handler may throw");
        grown.Should().BeLessThan(Flat, "memory stays flat");
    }

    private static void Unlimited(DnsServerOptions options)
    {
        options.Serving.RateLimit.PerSecond = 0;
        options.Forwarding.LoopDetection = false;
    }

    // Only responses are sent, and only to what was asked.
    private static bool IsSensible(ReadOnlySpan<byte> response) =>
        response.Length >= 12 && (response[2] & 0x80) != 0 && BinaryPrimitives.ReadUInt16BigEndian(response) is < Burst or ControlId;

    private static async Task HostileStreamAsync(IPEndPoint server, int seed)
    {
        var random = new Random(seed);
        var mutator = new Mutator(seed);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendTimeout = 5_000 };
            await socket.ConnectAsync(server);
            for (var i = random.Next(20); i >= 0; i--)
            {
                byte[] bytes = random.Next(4) switch
                {
                    0 => [0xFF, 0xFF, 1, 2, 3],
                    1 => [0, 0],
                    2 => RandomBytes(random),
                    _ => StreamTests.Frame(mutator.Next((ushort)i)),
                };
                await socket.SendAsync(bytes.AsMemory(0, random.Next(bytes.Length + 1)));
            }

            switch (random.Next(3))
            {
                case 0:
                    // A reset instead of an orderly end.
                    socket.LingerState = new LingerOption(true, 0);
                    break;
                case 1:
                    socket.Shutdown(SocketShutdown.Send);
                    break;
            }
        }
        catch (SocketException)
        {
            // The server hung up first.
        }
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(3_000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task AssertServesAsync(IPEndPoint server)
    {
        // Hostile connections of this same client may fill its share until they are found out.
        using var deadline = new CancellationTokenSource(TransportFixture.Deadline);
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server, deadline.Token);
                await using var stream = new NetworkStream(socket);
                await stream.WriteAsync(StreamTests.Frame(QueryBytes.Of("printer.home", RecordType.A)), deadline.Token);
                (await StreamTests.ReadAsync(stream)).AsSpan(^4).ToArray().Should().Equal(192, 0, 2, 7);
                return;
            }
            catch (IOException) when (!deadline.IsCancellationRequested)
            {
                // Hung up on: try again until the deadline.
            }
        }
    }
}
