using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace HomeCloud.Bench.Load;

/// <summary>Asks over TLS (RFC 7858): on a connection for each query, or on one for all, singly or several at a time.</summary>
internal static class TlsLoad
{
    private const int HeadLength = 2;
    private const int BufferSize = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A connection, a handshake and one query, again and again.</summary>
    /// <param name="resume">Whether the client brings the ticket of the last time, as one that comes again does.</param>
    public static LoadResult Connections(IPEndPoint server, Workload workload, TimeSpan duration, bool resume) => Run(workload, duration, ask =>
    {
        using var stream = Connect(server, resume);
        return ask(stream);
    });

    /// <summary>Queries on one open connection.</summary>
    public static LoadResult Queries(IPEndPoint server, Workload workload, TimeSpan duration)
    {
        using var stream = Connect(server, resume: false);
        return Run(workload, duration, ask => ask(stream));
    }

    /// <summary>Queries on one open connection, as from a forwarder (RFC 7766 §6.2.1.1): several in one write, then all their answers in any order.</summary>
    public static LoadResult Pipelined(IPEndPoint server, Workload workload, TimeSpan duration, int window)
    {
        using var stream = Connect(server, resume: false);
        using var buffered = new BufferedStream(stream, BufferSize);
        var latency = new LatencyHistogram();
        long right = 0, wrong = 0;
        var outgoing = new byte[window * 512];
        var answer = new byte[BufferSize];
        var start = Stopwatch.GetTimestamp();
        for (var next = 0; Stopwatch.GetElapsedTime(start) < duration; next = (next + window) % workload.Questions.Length)
        {
            var begun = Stopwatch.GetTimestamp();
            var length = 0;
            for (var i = 0; i < window; i++)
                length += WriteFrame(outgoing.AsSpan(length), Question(next + i).Wire, (ushort)i);
            stream.Write(outgoing, 0, length);
            for (var i = 0; i < window; i++)
            {
                var message = ReadFrame(buffered, answer);
                var id = BinaryPrimitives.ReadUInt16BigEndian(message);
                if (id < window && ResponseCheck.IsRight(message, Question(next + id)))
                    right++;
                else
                    wrong++;
            }

            latency.Add(Stopwatch.GetTimestamp() - begun);
        }

        return new LoadResult(right, wrong, 0, Stopwatch.GetElapsedTime(start), latency.Percentile(0.5), latency.Percentile(0.99));

        Question Question(int index) => workload.Questions[index % workload.Questions.Length];
    }

    private static LoadResult Run(Workload workload, TimeSpan duration, Func<Func<SslStream, bool>, bool> turn)
    {
        var latency = new LatencyHistogram();
        long right = 0, wrong = 0, lost = 0;
        var buffer = new byte[BufferSize];
        var start = Stopwatch.GetTimestamp();
        for (var next = 0; Stopwatch.GetElapsedTime(start) < duration; next = (next + 1) % workload.Questions.Length)
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                if (turn(stream => Ask(stream, workload.Questions[next], buffer)))
                    right++;
                else
                    wrong++;
                latency.Add(Stopwatch.GetTimestamp() - begun);
            }
            catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException)
            {
                lost++;
            }
        }

        return new LoadResult(right, wrong, lost, Stopwatch.GetElapsedTime(start), latency.Percentile(0.5), latency.Percentile(0.99));
    }

    private static SslStream Connect(IPEndPoint server, bool resume)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        SslStream? stream = null;
        try
        {
            socket.Connect(server);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            stream.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = "check.home",
                AllowTlsResume = resume,
                ApplicationProtocols = [new SslApplicationProtocol("dot")],
                // The load measures the server: what the certificate says was tested elsewhere.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            });
            return stream;
        }
        catch
        {
            stream?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    private static bool Ask(SslStream stream, Question question, byte[] buffer)
    {
        stream.Write(buffer, 0, WriteFrame(buffer, question.Wire, BinaryPrimitives.ReadUInt16BigEndian(question.Wire)));
        return ResponseCheck.IsRight(ReadFrame(stream, buffer), question);
    }

    private static int WriteFrame(Span<byte> target, byte[] message, ushort id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)message.Length);
        message.CopyTo(target[HeadLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(target[HeadLength..], id);
        return HeadLength + message.Length;
    }

    private static ReadOnlySpan<byte> ReadFrame(Stream stream, byte[] buffer)
    {
        stream.ReadExactly(buffer, 0, HeadLength);
        var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        stream.ReadExactly(buffer, 0, length);
        return buffer.AsSpan(0, length);
    }
}
