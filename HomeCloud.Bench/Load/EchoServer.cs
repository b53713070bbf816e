using System.Net;
using HomeCloud.Dns.Transport.Native;
using HomeCloud.Dns.Transport.Udp;

namespace HomeCloud.Bench.Load;

/// <summary>The limit: receives batches, flips the response bit, sends them back. Nothing else. TCP stands beside it.</summary>
internal static class EchoServer
{
    public static int Run(IPEndPoint local)
    {
        new Thread(() => TcpEcho.Run(local)) { IsBackground = true }.Start();
        using var socket = UdpSocket.Bind(local, shared: false, 1 << 20);
        var handle = socket.SafeHandle;
        var batch = new UdpBatch(withLocal: false);
        while (true)
        {
            var count = batch.Receive(handle, ReceiveBatch.WaitForOne);
            for (var i = 0; i < count; i++)
            {
                batch.Buffer(i)[2] |= 0x80;
                batch.Answer(i, batch.Length(i));
            }

            if (count > 0)
                batch.Send(handle, count);
        }
    }
}
