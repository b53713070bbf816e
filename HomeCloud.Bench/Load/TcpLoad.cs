using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Bench.Load;

/// <summary>
/// Asks over one persistent TCP connection, <c>Window</c> queries in one write, and waits for all their answers. It never
/// sleeps while it waits, so that no server pays for waking it.
/// </summary>
internal static class TcpLoad
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static LoadResult Run(IPEndPoint server, Workload workload, LoadPlan plan)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = 2000 };
        var latency = new LatencyHistogram();
        long right = 0, wrong = 0, lost = 0;
        var next = 0;
        var outgoing = new byte[plan.Window * (workload.Questions[0].Wire.Length + 2)];
        var incoming = new byte[256 * 1024];
        var asked = new int[plan.Window];
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(plan.Duration.TotalSeconds * Stopwatch.Frequency);
        long now = start;
        try
        {
            socket.Connect(server);
            socket.Blocking = false;
            while (now < end && right < LoadPlan.MaxQueries)
            {
                var length = 0;
                for (var i = 0; i < plan.Window; i++)
                {
                    asked[i] = next;
                    length += WriteFrame(outgoing.AsSpan(length), workload.Questions[next].Wire, (ushort)i);
                    next = (next + 1) % workload.Questions.Length;
                }

                socket.Send(outgoing.AsSpan(0, length));
                var (r, w) = ReceiveAll(socket, incoming, workload, asked);
                right += r;
                wrong += w;
                lost += plan.Window - r - w;
                var then = now;
                now = Stopwatch.GetTimestamp();
                latency.Add(now - then);
                if (r + w < plan.Window)
                    break;
            }
        }
        catch (SocketException)
        {
            lost++;
        }

        return new LoadResult(right, wrong, lost, Stopwatch.GetElapsedTime(start, now), latency.Percentile(0.5), latency.Percentile(0.99));
    }

    private static int WriteFrame(Span<byte> target, byte[] message, ushort id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)message.Length);
        message.CopyTo(target[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], id);
        return message.Length + 2;
    }

    private static (int Right, int Wrong) ReceiveAll(Socket socket, byte[] buffer, Workload workload, int[] asked)
    {
        int right = 0, wrong = 0, start = 0, end = 0;
        while (right + wrong < asked.Length)
        {
            var read = Receive(socket, buffer.AsSpan(end));
            if (read == 0)
                return (right, wrong);

            end += read;
            while (end - start >= 2 && end - start >= 2 + BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start)))
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start));
                var message = buffer.AsSpan(start + 2, length);
                var id = BinaryPrimitives.ReadUInt16BigEndian(message);
                if (id < asked.Length && ResponseCheck.IsRight(message, workload.Questions[asked[id]]))
                    right++;
                else
                    wrong++;
                start += 2 + length;
            }
        }

        return (right, wrong);
    }

    /// <returns>0 when the server closed, or sent nothing for too long.</returns>
    private static int Receive(Socket socket, Span<byte> buffer)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var read = socket.Receive(buffer, SocketFlags.None, out var problem);
            if (problem == SocketError.Success)
                return read;
            if (problem != SocketError.WouldBlock)
                throw new SocketException((int)problem);
            if (Stopwatch.GetElapsedTime(start) > Patience)
                return 0;
        }
    }
}
