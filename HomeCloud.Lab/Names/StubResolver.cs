using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;

namespace HomeCloud.Lab.Names;

/// <summary>
/// Asks a name server the way a machine of the lab does, but from this process: its socket belongs to the
/// machine's network namespace. Quick enough to measure with, unlike starting dig. One question at a time.
/// </summary>
public sealed class StubResolver : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];
    private ushort _id;

    public StubResolver(Machine machine, IPEndPoint server)
    {
        _socket = NetworkNamespace.Create(machine.Pid, () => new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        _socket.Connect(server);
        _id = (ushort)Random.Shared.Next();
    }

    public static StubResolver OnLaptop(HomeLab lab, string server = Lan.Router4) => new(lab.Laptop, new(IPAddress.Parse(server), 53));

    public StubAnswer Ask(string name, RecordKind kind = RecordKind.A, int timeoutMilliseconds = 1000)
    {
        var query = Query(++_id, name, kind);
        var deadline = Environment.TickCount64 + timeoutMilliseconds;
        try
        {
            _socket.Send(query);
            while (Environment.TickCount64 < deadline)
            {
                _socket.ReceiveTimeout = (int)Math.Max(1, deadline - Environment.TickCount64);
                var length = _socket.Receive(_buffer);
                if (length >= 12 && WireText.ReadUInt16(_buffer, 0) == _id)
                    return Read(_buffer.AsSpan(0, length));
            }
        }
        catch (SocketException)
        {
            // Nobody listens, or the cable is cut: for a stub both are no answer.
        }

        return StubAnswer.Timeout;
    }

    public StubAnswer AskReverse(IPAddress address, int timeoutMilliseconds = 1000) =>
        Ask(WireText.ReverseName(address), RecordKind.Ptr, timeoutMilliseconds);

    public void Dispose() => _socket.Dispose();

    private static byte[] Query(ushort id, string name, RecordKind kind)
    {
        // RD set, one question.
        var query = new List<byte> { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        WireText.WriteName(query, name);
        WireText.WriteUInt16(query, (int)kind);
        WireText.WriteUInt16(query, 1);
        return [.. query];
    }

    private static StubAnswer Read(ReadOnlySpan<byte> response)
    {
        var addresses = new List<IPAddress>();
        var names = ImmutableArray.CreateBuilder<string>();
        var at = 12;
        for (var questions = WireText.ReadUInt16(response, 4); questions > 0; questions--)
            at = WireText.ReadName(response, at).Next + 4;
        for (var answers = WireText.ReadUInt16(response, 6); answers > 0; answers--)
        {
            at = WireText.ReadName(response, at).Next;
            var kind = (RecordKind)WireText.ReadUInt16(response, at);
            var length = WireText.ReadUInt16(response, at + 8);
            if (kind is RecordKind.A or RecordKind.Aaaa)
                addresses.Add(new(response.Slice(at + 10, length)));
            else if (kind is RecordKind.Ptr)
                names.Add(WireText.ReadName(response, at + 10).Name);
            at += 10 + length;
        }

        return new(response[3] & 0xF, [.. addresses.OrderBy(a => a.ToString(), StringComparer.Ordinal)], names.ToImmutable());
    }
}
