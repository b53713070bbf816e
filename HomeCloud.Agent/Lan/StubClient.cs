using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace HomeCloud.Agent.Lan;

/// <summary>Asks as a phone would: over UDP, twice at most.</summary>
public sealed class StubClient : IStubClient
{
    private const int Attempts = 2;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2.5);

    public async Task<StubReply?> AskAsync(IPEndPoint server, string name, StubQuestion type, CancellationToken cancellationToken)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var question = StubMessage.Question(id, name, type);
        var buffer = new byte[4096];
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Wait);
            try
            {
                await socket.ConnectAsync(server, deadline.Token);
                var began = Stopwatch.GetTimestamp();
                await socket.SendAsync(question, deadline.Token);
                while (true)
                {
                    var length = await socket.ReceiveAsync(buffer, deadline.Token);
                    if (StubMessage.TryRead(buffer.AsSpan(0, length), question, Stopwatch.GetElapsedTime(began), out var reply))
                        return reply;
                }
            }
            catch (SocketException)
            {
                // Closed port or no route: asking again would get the same.
                return null;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Lost on the way, perhaps.
            }
        }

        return null;
    }
}
