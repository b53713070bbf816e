using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Bench.Load;

/// <summary>An upstream server that knows every <c>siteNNNNNN.example</c>. One name in 50 lives only 2 seconds, so that caches keep missing.</summary>
internal static class BenchUpstream
{
    /// <summary>One name in so many lives only 2 seconds.</summary>
    public const int ShortLived = 50;

    private const int DigitsAt = Question.HeaderSize + 1 + 4;

    public static int Run(IPEndPoint local)
    {
        using var socket = Bind(local);
        Serve(socket);
        return 0;
    }

    /// <summary>Serves on a port of its own, in this process and until it ends.</summary>
    public static IPEndPoint Start()
    {
        var socket = Bind(new IPEndPoint(IPAddress.Loopback, 0));
        new Thread(() => Serve(socket)) { IsBackground = true }.Start();
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private static Socket Bind(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
        socket.Bind(local);
        return socket;
    }

    private static void Serve(Socket socket)
    {
        var client = new SocketAddress(socket.AddressFamily);
        var buffer = new byte[4096];
        while (true)
        {
            client.Size = client.Buffer.Length;
            var received = socket.ReceiveFrom(buffer.AsSpan(0, 2048), SocketFlags.None, client);
            if (received > Question.HeaderSize)
                socket.SendTo(buffer.AsSpan(0, Answer(buffer, received)), SocketFlags.None, client);
        }
    }

    /// <summary>Makes the query in the buffer its own answer; EDNS is dropped, as old servers do.</summary>
    private static int Answer(byte[] buffer, int received)
    {
        var end = Question.HeaderSize;
        while (end < received && buffer[end] != 0)
            end += buffer[end] + 1;
        end += 5;
        var type = buffer[end - 3];
        buffer[2] = (byte)(0x80 | (buffer[2] & 0x79));
        buffer[3] = 0x80;
        buffer.AsSpan(6, 6).Clear();
        var isOurs = received > DigitsAt + 6 && buffer[Question.HeaderSize] == 10 && char.ToLowerInvariant((char)buffer[Question.HeaderSize + 1]) == 's';
        if (!isOurs || type != QuestionWriter.A)
            return end;

        var index = 0;
        for (var i = 0; i < 6; i++)
            index = index * 10 + (buffer[DigitsAt + i] - '0');
        var ttl = (byte)(index % ShortLived == 0 ? 2 : 240);
        ReadOnlySpan<byte> record = [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, ttl, 0, 4, .. Workload.ForeignAddress(index).GetAddressBytes()];
        record.CopyTo(buffer.AsSpan(end));
        buffer[7] = 1;
        return end + record.Length;
    }
}
