using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Bench.Load;

/// <summary>What a client holds after its first question to a server (RFC 7873 §5.3): its own cookie, and the server's behind it when the server has cookies.</summary>
internal static class ServerCookie
{
    private const int ClientLength = 8;
    private const int Most = 40;
    private const int Attempts = 3;

    /// <summary>Arbitrary; one client shows one server the same always.</summary>
    public static readonly byte[] OfClient = [0x6B, 0x21, 0x0E, 0xD4, 0x93, 0x5A, 0xF7, 0x18];

    /// <summary>Asks <paramref name="first"/>, which carries <see cref="OfClient"/>.</summary>
    /// <returns>The value of a COOKIE option for all further questions: <see cref="OfClient"/> alone when the server has none.</returns>
    public static byte[] Learn(IPEndPoint server, Question first)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 500 };
        socket.Connect(server);
        var buffer = new byte[4096];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                socket.Send(first.Wire);
                var response = buffer.AsSpan(0, socket.Receive(buffer));
                return ResponseCheck.IsRight(response, first) && Find(response, first) is { Length: > ClientLength and <= Most } cookie && cookie.StartsWith(OfClient)
                    ? cookie.ToArray()
                    : OfClient;
            }
            catch (SocketException)
            {
                // Lost, or a server that had to think: the next attempt.
            }
        }

        return OfClient;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> response, Question question)
    {
        var records = BinaryPrimitives.ReadUInt16BigEndian(response[6..]) + BinaryPrimitives.ReadUInt16BigEndian(response[8..]) + BinaryPrimitives.ReadUInt16BigEndian(response[10..]);
        var rest = response[(Question.HeaderSize + question.QuestionLength)..];
        for (; records > 0; records--)
        {
            while (rest[0] is > 0 and < 0xC0)
                rest = rest[(1 + rest[0])..];
            rest = rest[(rest[0] == 0 ? 1 : 2)..];
            var data = rest.Slice(10, BinaryPrimitives.ReadUInt16BigEndian(rest[8..]));
            if (BinaryPrimitives.ReadUInt16BigEndian(rest) == QuestionWriter.Opt)
                return Option(data);
            rest = rest[(10 + data.Length)..];
        }

        return default;
    }

    private static ReadOnlySpan<byte> Option(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 4)
        {
            var value = options.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(options[2..]));
            if (BinaryPrimitives.ReadUInt16BigEndian(options) == QuestionWriter.Cookie)
                return value;
            options = options[(4 + value.Length)..];
        }

        return default;
    }
}
