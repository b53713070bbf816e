using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport.Udp;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>A worker blocks in the kernel: an answer that another thread sends on its socket must not make it spin.</summary>
public class LateAnswerTests
{
    // O_NONBLOCK of Linux, in octal as /proc writes it.
    private static readonly int NonBlocking = Convert.ToInt32("4000", 8);

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Late_answers_leave_the_socket_blocking(bool managed)
    {
        var socket = UdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), shared: false, 1 << 16);
        var descriptor = socket.SafeHandle.DangerousGetHandle();
        var handler = new ScriptedHandler();
        using IUdpWorker worker = managed
            ? new ManagedUdpWorker(socket, handler, NullLogger.Instance)
            : new BatchedUdpWorker(socket, handler, NullLogger.Instance);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)TransportFixture.Deadline.TotalMilliseconds };
        client.Connect(worker.Local);
        var before = Flags(descriptor);
        worker.Start();

        var response = new byte[512];
        for (ushort id = 1; id <= 50; id++)
        {
            client.Send(ScriptedHandler.Query(id, ScriptedHandler.Defer));
            await TransportFixture.UntilAsync(() => !handler.Deferred.IsEmpty);
            handler.Deferred.TryDequeue(out var late);
            await Task.Run(() => late.Path.Send(late.Query));
            client.Receive(response).Should().Be(late.Query.Length);
        }

        Flags(descriptor).Should().Be(before);
        (before & NonBlocking).Should().Be(0);
    }

    private static int Flags(nint descriptor) => Convert.ToInt32(
        File.ReadLines($"/proc/self/fdinfo/{descriptor}").Single(line => line.StartsWith("flags:", StringComparison.Ordinal))["flags:".Length..].Trim(), 8);
}
