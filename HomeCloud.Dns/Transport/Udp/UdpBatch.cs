using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>
/// Buffers and headers of one worker's recvmmsg and sendmmsg calls, laid out once. A query is answered
/// in the buffer it arrived in; its address and control data are sent back as they came.
/// </summary>
internal sealed unsafe class UdpBatch
{
    public const int Capacity = 32;
    public const int BufferSize = 4096;

    // Not a multiple of 4096, or the headers of all 32 messages would compete for the same cache sets.
    private const int Stride = BufferSize + 128;
    private const int NameSize = 32;
    private const int ControlSize = 64;

    // Invariant: every pointer below points into one of these arrays, which live on the pinned heap as long as this object.
    private readonly byte[] _buffers = GC.AllocateUninitializedArray<byte>(Capacity * Stride, pinned: true);
    private readonly byte[] _names = GC.AllocateArray<byte>(Capacity * NameSize, pinned: true);
    private readonly byte[] _controls = GC.AllocateArray<byte>(Capacity * ControlSize, pinned: true);
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(2 * Capacity, pinned: true);
    private readonly BatchHeader[] _headers = GC.AllocateArray<BatchHeader>(2 * Capacity, pinned: true);
    private readonly BatchHeader* _received;
    private readonly BatchHeader* _outgoing;
    private readonly bool _withLocal;
    private uint _outgoingCount;

    /// <param name="withLocal">Whether the socket reports the local address of each datagram (wildcard binds).</param>
    public UdpBatch(bool withLocal)
    {
        _withLocal = withLocal;
        _received = Pointer(_headers, 0);
        _outgoing = Pointer(_headers, Capacity);
        for (var i = 0; i < Capacity; i++)
        {
            var vector = Pointer(_vectors, i);
            vector->Base = Pointer(_buffers, i * Stride);
            vector->Length = BufferSize;
            ref var header = ref _received[i].Header;
            header.Name = Pointer(_names, i * NameSize);
            header.NameLength = NameSize;
            header.Vectors = vector;
            header.VectorCount = 1;
            header.Control = withLocal ? Pointer(_controls, i * ControlSize) : null;
            header.ControlLength = withLocal ? ControlSize : 0u;

            _outgoing[i].Header.Vectors = Pointer(_vectors, Capacity + i);
            _outgoing[i].Header.VectorCount = 1;
        }
    }

    /// <summary>Waits for a datagram, and takes all that are there.</summary>
    /// <returns>How many came, or -1 with errno as last error.</returns>
    public int Receive(SafeHandle socket, int flags) => ReceiveBatch.Invoke(socket, _received, Capacity, flags, null);

    public Span<byte> Buffer(int index) => _buffers.AsSpan(index * Stride, BufferSize);

    public int Length(int index) => (int)_received[index].Length;

    /// <summary>The sender's socket address, in the kernel's form.</summary>
    public ReadOnlySpan<byte> Peer(int index) =>
        _names.AsSpan(index * NameSize, (int)_received[index].Header.NameLength);

    /// <summary>Control data that makes a reply leave from the address the query came to; empty when the socket is bound to it.</summary>
    public Span<byte> Control(int index) => _withLocal
        ? _controls.AsSpan(index * ControlSize, (int)_received[index].Header.ControlLength)
        : default;

    /// <summary>Marks the first <paramref name="length"/> bytes of a buffer as its response.</summary>
    public void Answer(int index, int length)
    {
        ref var received = ref _received[index].Header;
        ref var outgoing = ref _outgoing[_outgoingCount++].Header;
        outgoing.Vectors->Base = received.Vectors->Base;
        outgoing.Vectors->Length = (nuint)length;
        outgoing.Name = received.Name;
        outgoing.NameLength = received.NameLength;
        outgoing.Control = received.Control;
        outgoing.ControlLength = received.ControlLength;
    }

    /// <summary>Sends what was answered, and makes the first <paramref name="receivedCount"/> headers ready to receive again.</summary>
    /// <returns>How many responses the kernel refused; one that cannot be sent does not hold up the others.</returns>
    public int Send(SafeHandle socket, int receivedCount)
    {
        var refused = 0;
        uint sent = 0;
        while (sent < _outgoingCount)
        {
            var result = SendBatch.Invoke(socket, _outgoing + sent, _outgoingCount - sent, 0);
            if (result > 0)
            {
                sent += (uint)result;
            }
            else if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                sent++;
                refused++;
            }
        }

        _outgoingCount = 0;

        // recvmmsg overwrote the lengths with what it delivered.
        for (var i = 0; i < receivedCount; i++)
        {
            _received[i].Header.NameLength = NameSize;
            _received[i].Header.ControlLength = _withLocal ? ControlSize : 0u;
        }

        return refused;
    }

    // Invariant: only called with arrays from the pinned heap, so the address stays true.
    private static T* Pointer<T>(T[] pinned, int index)
        where T : unmanaged
        => (T*)Unsafe.AsPointer(ref pinned[index]);
}
