using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Measuring;

/// <summary>Asks again and again until the first right answer.</summary>
internal static class FirstAnswer
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1);

    public static bool Wait(IPEndPoint server, Question probe, TimeSpan timeout, Func<bool> isHopeless)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        var buffer = new byte[2048];
        var watch = Stopwatch.StartNew();
        var nextSign = TimeSpan.FromMilliseconds(100);
        while (watch.Elapsed < timeout)
        {
            try
            {
                socket.Send(probe.Wire);
                if (socket.Poll(Pace, SelectMode.SelectRead))
                {
                    if (ResponseCheck.IsRight(buffer.AsSpan(0, socket.Receive(buffer)), probe))
                        return true;
                    // Not yet. Asking at full speed would take the processors from the server that loads its names.
                    Thread.Sleep(Pace);
                }
            }
            catch (SocketException)
            {
                // Nobody listens yet, and the kernel said so at once.
                Thread.Sleep(Pace);
            }

            if (watch.Elapsed > nextSign)
            {
                if (isHopeless())
                    return false;
                nextSign = watch.Elapsed + TimeSpan.FromMilliseconds(100);
            }
        }

        return false;
    }
}
