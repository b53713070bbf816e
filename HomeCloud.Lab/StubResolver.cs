using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Network.Native;

namespace HomeCloud.Lab;

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
        _socket = Connect(machine, server);
        _id = (ushort)Random.Shared.Next();
    }

    public static StubResolver OnLaptop(HomeLab lab, string server = Lan.Router4) => new(lab.Laptop, new(IPAddress.Parse(server), 53));

    /// <summary>A socket of <paramref name="machine"/> that speaks to <paramref name="server"/> alone.</summary>
    public static Socket Connect(Machine machine, IPEndPoint server)
    {
        var socket = NetworkNamespace.Create(machine.Pid, () => new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        socket.Connect(server);
        return socket;
    }

    public StubAnswer Ask(string name, RecordKind kind = RecordKind.A, int timeoutMilliseconds = 1000)
    {
        var query = LabMessage.Query(++_id, name, kind);
        var deadline = Environment.TickCount64 + timeoutMilliseconds;
        try
        {
            _socket.Send(query);
            while (Environment.TickCount64 < deadline)
            {
                _socket.ReceiveTimeout = (int)Math.Max(1, deadline - Environment.TickCount64);
                var length = _socket.Receive(_buffer);
                if (length >= LabMessage.HeaderLength && LabMessage.Id(_buffer) == _id)
                    return LabMessage.Read(_buffer.AsSpan(0, length));
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
}
