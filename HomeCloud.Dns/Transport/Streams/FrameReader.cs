using System.Buffers;
using System.Buffers.Binary;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>Collects what a stream delivers and cuts it into messages at their two-byte lengths (RFC 1035 §4.2.2).</summary>
internal sealed class FrameReader : IDisposable
{
    private const int InitialSize = 4096;
    private const int LengthSize = 2;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    /// <summary>Whether a message has begun to arrive and is not whole yet, after <see cref="TryRead"/> returned false.</summary>
    public bool HasPartial => _end > _start;

    /// <summary>Room for the next read; at least one byte, growing only for a message that needs it.</summary>
    public Memory<byte> Free()
    {
        var held = _end - _start;
        var needed = InitialSize;
        if (held >= LengthSize)
            needed = Math.Max(needed, LengthSize + BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start)));

        if (needed > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            _buffer.AsSpan(_start, held).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
            _start = 0;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
            _start = 0;
        }

        _end = held;
        return _buffer.AsMemory(_end);
    }

    /// <summary>Says that <paramref name="count"/> bytes were read into <see cref="Free"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Takes the next whole message; the span is valid until the next <see cref="Free"/>.</summary>
    public bool TryRead(out ReadOnlySpan<byte> message)
    {
        message = default;
        var held = _buffer.AsSpan(_start, _end - _start);
        if (held.Length < LengthSize)
            return false;

        int length = BinaryPrimitives.ReadUInt16BigEndian(held);
        if (held.Length < LengthSize + length)
            return false;

        message = held.Slice(LengthSize, length);
        _start += LengthSize + length;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }
}
