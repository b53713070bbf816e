using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Bench.Load;

/// <summary>The limit for one TCP connection at a time: blocking receive, flip the response bits, blocking send. No server with several clients can do less.</summary>
internal static class TcpEcho
{
    public static void Run(IPEndPoint local)
    {
        using var listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(local);
        listener.Listen();
        var buffer = new byte[256 * 1024];
        while (true)
        {
            using var socket = listener.Accept();
            socket.NoDelay = true;
            Serve(socket, buffer);
        }
    }

    private static void Serve(Socket socket, byte[] buffer)
    {
        var held = 0;
        try
        {
            while (socket.Receive(buffer.AsSpan(held)) is var read and > 0)
            {
                held += read;
                if (!Flip(buffer.AsSpan(0, held)))
                    continue;
                socket.Send(buffer.AsSpan(0, held));
                held = 0;
            }
        }
        catch (SocketException)
        {
            // The client is done.
        }
    }

    /// <summary>Marks all messages as responses; false while the last one is not whole yet.</summary>
    private static bool Flip(Span<byte> frames)
    {
        while (frames.Length > 0)
        {
            var length = frames.Length < 2 ? int.MaxValue : 2 + BinaryPrimitives.ReadUInt16BigEndian(frames);
            if (frames.Length < length)
                return false;
            frames[4] |= 0x80;
            frames = frames[length..];
        }

        return true;
    }
}
