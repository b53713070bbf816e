using System.Buffers;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>
/// One query over UDP, on a socket of its own: the kernel draws a random source port for each, and, the socket being
/// connected, hands up only what comes from the address and port that were asked (RFC 5452 §9).
/// </summary>
internal static class UdpExchange
{
    private const int BufferSize = 4096;

    /// <summary>Wrong datagrams after which the answer is fetched over TCP, where nobody can guess.</summary>
    private const int MaxMismatches = 16;

    public static async ValueTask<ExchangeResult> RunAsync(IPEndPoint server, ReadOnlyMemory<byte> query, bool exactCase, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(server);
            socket.Send(query.Span);
            var mismatches = 0;
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer.AsMemory(0, BufferSize), SocketFlags.None, cancellation);
                var reply = buffer.AsSpan(0, length);
                switch (ReplyMatcher.Check(query.Span, reply, exactCase))
                {
                    case ReplyMatch.Match when length == BufferSize || (MessageHeader.Flags(reply) & HeaderFlags.Truncated) != 0:
                        return new ExchangeResult(ExchangeStatus.Truncated);
                    case ReplyMatch.Match or ReplyMatch.ErrorWithoutQuestion:
                        return ExchangeResult.Answered(reply.ToArray());
                    case ReplyMatch.CaseDiffers:
                        return new ExchangeResult(ExchangeStatus.CaseDiffers);
                    case ReplyMatch.Mismatch when ++mismatches >= MaxMismatches:
                        return new ExchangeResult(ExchangeStatus.Flooded);
                }
            }
        }
        catch (SocketException problem)
        {
            return ExchangeResult.Unreachable(ConnectionErrorText.Of(problem));
        }
        catch (OperationCanceledException)
        {
            return new ExchangeResult(ExchangeStatus.TimedOut);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
