using System.Buffers;
using System.Buffers.Binary;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>Gathers the framed responses to one read, so that they leave in one write. Each is made in place.</summary>
internal sealed class FrameWriter : IDisposable
{
    /// <summary>The longest message a stream can carry.</summary>
    public const int MaxMessage = ushort.MaxValue;

    private const int LengthSize = 2;
    private const int Size = 2 * (LengthSize + MaxMessage + 1);

    private byte[]? _buffer;

    public int Written { get; private set; }

    public bool HasRoom => Written + LengthSize + MaxMessage <= Size;

    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, Written);

    /// <summary>Where the next message is made; call <see cref="Commit"/> to keep it.</summary>
    public Span<byte> Next()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(Size);
        return _buffer.AsSpan(Written + LengthSize, MaxMessage);
    }

    public void Commit(int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(Written), (ushort)length);
        Written += LengthSize + length;
    }

    public void Append(ReadOnlySpan<byte> message)
    {
        message.CopyTo(Next());
        Commit(message.Length);
    }

    /// <summary>Empties it and gives the buffer back: an idle connection holds none.</summary>
    public void Dispose()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        Written = 0;
    }
}
