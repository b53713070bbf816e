using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Bench.Native;

/// <summary>
/// A connected UDP client that sends equally long messages with one call (UDP_SEGMENT) and receives in batches,
/// so that the generator costs less than any server.
/// </summary>
internal sealed unsafe class BatchSocket : IDisposable
{
    public const int MaxBatch = 32;

    private const int BufferSize = 2048;
    private const int LevelUdp = 17;
    private const int UdpSegment = 103;

    // Invariant: the pointers point into these arrays, which are pinned and live as long as this object.
    private readonly byte[] _receiveBuffers = GC.AllocateArray<byte>(MaxBatch * BufferSize, pinned: true);
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(MaxBatch, pinned: true);
    private readonly BatchHeader[] _headers = GC.AllocateArray<BatchHeader>(MaxBatch, pinned: true);
    private readonly byte[] _sendBuffer;
    private readonly int _messageSize;
    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;

    public BatchSocket(IPEndPoint server, int messageSize)
    {
        _messageSize = messageSize;
        _sendBuffer = new byte[MaxBatch * messageSize];
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
        SocketOption.Set(_socket, LevelUdp, UdpSegment, messageSize);
        _socket.Connect(server);
        _handle = _socket.SafeHandle;
        for (var i = 0; i < MaxBatch; i++)
        {
            _vectors[i].Base = (byte*)Unsafe.AsPointer(ref _receiveBuffers[i * BufferSize]);
            _vectors[i].Length = BufferSize;
            _headers[i].Header.Vectors = (IoVector*)Unsafe.AsPointer(ref _vectors[i]);
            _headers[i].Header.VectorCount = 1;
        }
    }

    /// <summary>Where message <paramref name="index"/> of the next batch goes.</summary>
    public Span<byte> Outgoing(int index) => _sendBuffer.AsSpan(index * _messageSize, _messageSize);

    /// <summary>Sends the first <paramref name="count"/> messages.</summary>
    public void Send(int count)
    {
        try
        {
            _socket.Send(_sendBuffer.AsSpan(0, count * _messageSize));
        }
        catch (SocketException)
        {
            // The server is not there (yet): its answers will be missing.
        }
    }

    /// <summary>Sleeps until something arrives, or for so long.</summary>
    public void Await(TimeSpan most) => _socket.Poll(most, SelectMode.SelectRead);

    /// <summary>Takes what has arrived, without waiting.</summary>
    public int Receive() => ReceiveBatch.Invoke(_handle, (BatchHeader*)Unsafe.AsPointer(ref _headers[0]), MaxBatch, ReceiveBatch.DoNotWait, null);

    public ReadOnlySpan<byte> Incoming(int index) => _receiveBuffers.AsSpan(index * BufferSize, (int)_headers[index].Length);

    public void Dispose() => _socket.Dispose();
}
