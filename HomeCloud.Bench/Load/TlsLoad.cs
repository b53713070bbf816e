using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace HomeCloud.Bench.Load;

/// <summary>Asks over TLS (RFC 7858), one query at a time: on a connection each, or on one for all.</summary>
internal static class TlsLoad
{
    private const int HeadLength = 2;
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

    private static LoadResult Run(Workload workload, TimeSpan duration, Func<Func<SslStream, bool>, bool> turn)
    {
        var latency = new LatencyHistogram();
        long right = 0, wrong = 0, lost = 0;
        var buffer = new byte[4096];
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
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)question.Wire.Length);
        question.Wire.CopyTo(buffer, HeadLength);
        stream.Write(buffer, 0, HeadLength + question.Wire.Length);
        stream.ReadExactly(buffer, 0, HeadLength);
        var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        stream.ReadExactly(buffer, 0, length);
        return ResponseCheck.IsRight(buffer.AsSpan(0, length), question);
    }
}
