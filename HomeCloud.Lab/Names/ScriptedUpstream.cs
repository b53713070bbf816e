using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Lab.Names;

/// <summary>
/// The name server out on the internet: answers <see cref="OutsideNames"/> over UDP and TCP, and writes every
/// question to a log, so that a test can see what left the house.
/// </summary>
public sealed class ScriptedUpstream : IDisposable
{
    private readonly IReadOnlyList<IPEndPoint> _listen;
    private readonly TextWriter _log;
    private readonly SignedNames? _signed;

    /// <param name="listen">Where it answers.</param>
    /// <param name="log">Every question.</param>
    /// <param name="signed">What is signed; null: nothing.</param>
    public ScriptedUpstream(IReadOnlyList<IPEndPoint> listen, TextWriter log, SignedNames? signed = null)
    {
        _listen = listen;
        _signed = signed;
        _log = TextWriter.Synchronized(log);
    }

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_listen.SelectMany(e => (Task[])[ServeUdpAsync(e, cancellationToken), ServeTcpAsync(e, cancellationToken)]));

    public void Dispose() => _log.Dispose();

    private async Task ServeUdpAsync(IPEndPoint listen, CancellationToken cancellationToken)
    {
        using var socket = new Socket(listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(listen);
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer, listen, cancellationToken);
            if (Answer(buffer.AsSpan(0, received.ReceivedBytes), "udp", received.RemoteEndPoint) is { } response)
                await socket.SendToAsync(response, received.RemoteEndPoint, cancellationToken);
        }
    }

    private async Task ServeTcpAsync(IPEndPoint listen, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(listen);
        listener.Start();
        while (true)
            _ = ServeConnectionAsync(await listener.AcceptTcpClientAsync(cancellationToken), cancellationToken);
    }

    private async Task ServeConnectionAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var length = new byte[2];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, cancellationToken);
                    var query = new byte[(length[0] << 8) | length[1]];
                    await stream.ReadExactlyAsync(query, cancellationToken);
                    if (Answer(query, "tcp", client.Client.RemoteEndPoint!) is { } response)
                        await stream.WriteAsync((byte[])[(byte)(response.Length >> 8), (byte)response.Length, .. response], cancellationToken);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client closed the connection, which is how every DNS connection ends.
            }
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> query, string transport, EndPoint client)
    {
        try
        {
            var (name, at) = WireText.ReadName(query, 12);
            var kind = (RecordKind)WireText.ReadUInt16(query, at);
            var now = DateTimeOffset.UtcNow.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            _log.WriteLine($"{now} {transport} {((IPEndPoint)client).Address} {name} {kind}");
            _log.Flush();
            var limit = transport == "udp" ? UdpSize(query, at + 4) : ushort.MaxValue;
            if (_signed?.Find(name, kind) is { } signed)
                return ScriptedResponse.Write(query[..(at + 4)], signed, WantsProofs(query, at + 4), limit);
            return name.Equals(OutsideNames.Silent, StringComparison.OrdinalIgnoreCase)
                ? null
                : ScriptedResponse.Write(query[..(at + 4)], name, kind, limit);
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>What the client can receive: its EDNS size when the OPT record directly follows the question (RFC 6891 §6.1.2), else 512.</summary>
    private static int UdpSize(ReadOnlySpan<byte> query, int at) => HasOpt(query, at) ? Math.Max(512, WireText.ReadUInt16(query, at + 3)) : 512;

    /// <summary>The bit DO (RFC 3225).</summary>
    private static bool WantsProofs(ReadOnlySpan<byte> query, int at) => HasOpt(query, at) && (query[at + 7] & 0x80) != 0;

    private static bool HasOpt(ReadOnlySpan<byte> query, int at) => query.Length >= at + 11 && query[at] == 0 && WireText.ReadUInt16(query, at + 1) == (int)RecordKind.Opt;
}
