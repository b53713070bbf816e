using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HomeCloud.Net.Wire;

namespace HomeCloud.Net.Stub;

public interface IStubClient
{
    /// <summary>Asks one server one question over UDP.</summary>
    /// <returns>Null when nothing came back in time, the port is closed, or no name is written like that.</returns>
    Task<StubReply?> AskAsync(IPEndPoint server, string name, RecordType type, CancellationToken cancellationToken);

    /// <summary>The same with CD: a validating server then returns what it would refuse (RFC 4035 §3.2.2).</summary>
    Task<StubReply?> AskUncheckedAsync(IPEndPoint server, string name, RecordType type, CancellationToken cancellationToken);
}

/// <summary>Asks as a phone would: over UDP, twice at most.</summary>
public sealed class StubClient : IStubClient
{
    /// <summary>Where DNS servers listen, RFC 1035 §4.2.</summary>
    public const int DnsPort = 53;

    private const int Attempts = 2;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2.5);

    public Task<StubReply?> AskAsync(IPEndPoint server, string name, RecordType type, CancellationToken cancellationToken) =>
        AskAsync(server, name, type, HeaderFlags.None, cancellationToken);

    public Task<StubReply?> AskUncheckedAsync(IPEndPoint server, string name, RecordType type, CancellationToken cancellationToken) =>
        AskAsync(server, name, type, HeaderFlags.CheckingDisabled, cancellationToken);

    private static async Task<StubReply?> AskAsync(IPEndPoint server, string name, RecordType type, HeaderFlags flags, CancellationToken cancellationToken)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

        // In a question AD asks for AD in the answer (RFC 6840 §5.7).
        if (StubMessage.Question(id, name, type, flags | HeaderFlags.AuthenticData) is not { Length: > 0 } question)
            return null;
        var buffer = new byte[4096];
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Wait);
            try
            {
                await socket.ConnectAsync(server, deadline.Token).ConfigureAwait(false);
                var began = Stopwatch.GetTimestamp();
                await socket.SendAsync(question, deadline.Token).ConfigureAwait(false);
                while (true)
                {
                    var length = await socket.ReceiveAsync(buffer, deadline.Token).ConfigureAwait(false);
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
