using System.Buffers.Binary;
using System.Net.Sockets;

namespace HomeCloud.Agent.Lan;

/// <summary>Asks a time server once (SNTP, RFC 4330).</summary>
internal static class TimeQuestion
{
    private const int MessageLength = 48;
    private const int Port = 123;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="server">Host name or address, with <c>:port</c> when it is not 123.</param>
    /// <param name="time">This machine's clock.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    /// <returns>What must be added to this machine's clock; null when nobody answered.</returns>
    public static async Task<TimeSpan?> OffsetAsync(string server, TimeProvider time, CancellationToken cancellationToken)
    {
        var parts = server.Split(':');
        var port = parts.Length == 2 && int.TryParse(parts[1], out var given) ? given : Port;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Wait);
        try
        {
            using var client = new UdpClient();
            client.Connect(parts[0], port);
            var question = new byte[MessageLength];
            question[0] = 0x23; // version 4, client
            var began = time.GetUtcNow();
            await client.SendAsync(question, deadline.Token);
            var answer = (await client.ReceiveAsync(deadline.Token)).Buffer;
            var ended = time.GetUtcNow();
            // Mode 4 is a server; stratum 0 is a refusal ("kiss of death").
            if (answer.Length < MessageLength || (answer[0] & 7) != 4 || answer[1] == 0)
                return null;
            return Read(answer.AsSpan(40)) - (began + ((ended - began) / 2));
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static DateTimeOffset Read(ReadOnlySpan<byte> timestamp) =>
        Epoch.AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(timestamp) + (BinaryPrimitives.ReadUInt32BigEndian(timestamp[4..]) / 4294967296.0));
}
