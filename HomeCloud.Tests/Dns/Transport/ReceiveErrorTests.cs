using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Udp;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>A socket that reports an error each time costs neither a processor nor a log. A TCP socket that nobody connected is one.</summary>
public sealed class ReceiveErrorTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_that_lasts_is_said_once_and_not_spun_on(bool managed)
    {
        var log = new CollectedLog<DnsTransport>();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using IUdpWorker worker = managed ? new ManagedUdpWorker(socket, new EchoHandler(), log) : new BatchedUdpWorker(socket, new EchoHandler(), log);
        ReceiveErrors Errors() => worker is ManagedUdpWorker one ? one.Errors : ((BatchedUdpWorker)worker).Errors;

        var started = Environment.TickCount64;
        worker.Start();
        await TransportFixture.UntilAsync(() => Errors().Count >= 3);

        // Three rests at least lie between them, however busy the machine is.
        (Environment.TickCount64 - started).Should().BeGreaterThanOrEqualTo(2 * (long)ReceiveErrors.Rest.TotalMilliseconds);
        log.Messages.Should().ContainSingle();
    }
}
