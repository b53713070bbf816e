using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>
/// Asks over UDP with a fixed number of queries outstanding, at a given rate or as fast as answers come. An answer that is
/// missing for a second is asked for again, as stubs do; only what is still missing then has failed.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private const int Window = 64;
    private const int MaxTries = 4;
    private const long PatienceMilliseconds = 1_000;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 21, ReceiveTimeout = 20 };
    private readonly Slot[] _slots = new Slot[Window];
    private readonly byte[] _buffer = new byte[4096];

    public LoadGenerator(IPEndPoint server) => _socket.Connect(server);

    public long Answered { get; private set; }

    public long Sent { get; private set; }

    public long Repeated { get; private set; }

    /// <summary>Questions without an answer after all tries, or with a wrong one.</summary>
    public long Failed { get; private set; }

    /// <param name="queries">Asked in turn.</param>
    /// <param name="isGood">Whether an answer is what it should be.</param>
    /// <param name="duration">How long to ask.</param>
    /// <param name="perSecond">0: as fast as answers come.</param>
    public void Run(byte[][] queries, Func<ReadOnlyMemory<byte>, bool> isGood, TimeSpan duration, double perSecond = 0)
    {
        var started = Environment.TickCount64;
        var end = started + (long)duration.TotalMilliseconds;
        long sent = 0;
        var open = 0;
        while (true)
        {
            var now = Environment.TickCount64;
            var allowed = perSecond == 0 ? long.MaxValue : (long)((now - started + 1) * perSecond / 1_000);
            for (var i = 0; i < Window && now < end && sent < allowed; i++)
            {
                if (_slots[i].IsOpen)
                    continue;
                Send(i, queries[sent++ % queries.Length], now);
                open++;
            }

            if (now >= end && open == 0)
                return;
            open -= Receive(isGood);
            open -= Repeat(Environment.TickCount64);
        }
    }

    /// <summary>Asks at a rate without waiting for anything, and counts what comes back until <paramref name="rest"/> after the last question.</summary>
    public void Flood(byte[][] queries, TimeSpan duration, double perSecond, TimeSpan rest)
    {
        var started = Environment.TickCount64;
        var end = started + (long)duration.TotalMilliseconds;
        long sent = 0;
        for (var now = started; now < end + rest.TotalMilliseconds; now = Environment.TickCount64)
        {
            for (var allowed = (long)((now - started + 1) * perSecond / 1_000); now < end && sent < allowed; sent++)
            {
                var query = queries[sent % queries.Length];
                MessageHeader.SetId(query, (ushort)sent);
                _socket.Send(query);
            }

            while (_socket.Poll(1_000, SelectMode.SelectRead) && _socket.Receive(_buffer) > 0)
                Answered++;
        }

        Sent = sent;
    }

    public void Dispose() => _socket.Dispose();

    private void Send(int index, byte[] query, long now)
    {
        ref var slot = ref _slots[index];
        slot = new Slot { IsOpen = true, Query = query, SentAt = now, Tries = 1, Generation = (byte)(slot.Generation + 1) };
        SendAgain(index);
    }

    // The id tells the slot, and which of its queries.
    private void SendAgain(int index)
    {
        ref var slot = ref _slots[index];
        slot.Query!.CopyTo(_buffer, 0);
        MessageHeader.SetId(_buffer, (ushort)((slot.Generation << 8) | index));
        _socket.Send(_buffer.AsSpan(0, slot.Query.Length));
    }

    private int Receive(Func<ReadOnlyMemory<byte>, bool> isGood)
    {
        var closed = 0;
        do
        {
            int length;
            try
            {
                length = _socket.Receive(_buffer);
            }
            catch (SocketException none) when (none.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                return closed;
            }

            var id = MessageHeader.Id(_buffer);
            ref var slot = ref _slots[id & 0xFF];
            if (!slot.IsOpen || slot.Generation != id >> 8)
                continue;
            slot.IsOpen = false;
            closed++;
            Answered++;
            if (!isGood(_buffer.AsMemory(0, length)))
                Failed++;
        }
        while (_socket.Available > 0);

        return closed;
    }

    private int Repeat(long now)
    {
        var closed = 0;
        for (var i = 0; i < Window; i++)
        {
            ref var slot = ref _slots[i];
            if (!slot.IsOpen || now - slot.SentAt < PatienceMilliseconds)
                continue;
            if (slot.Tries == MaxTries)
            {
                slot.IsOpen = false;
                closed++;
                Failed++;
                continue;
            }

            slot.Tries++;
            slot.SentAt = now;
            Repeated++;
            SendAgain(i);
        }

        return closed;
    }

    private struct Slot
    {
        public bool IsOpen;
        public byte[]? Query;
        public long SentAt;
        public int Tries;
        public byte Generation;
    }
}
