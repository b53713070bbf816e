using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>Writes an OPT record option by option, RFC 6891 §6.1.2. What does not fit leaves nothing behind.</summary>
public ref struct OptRecordWriter
{
    /// <summary>Octets of an OPT record without options.</summary>
    public const int EmptySize = 11;

    private readonly Span<byte> _buffer;

    private OptRecordWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        Length = EmptySize;
    }

    /// <summary>Octets of the record so far.</summary>
    public int Length { get; private set; }

    public readonly int Remaining => _buffer.Length - Length;

    /// <param name="buffer">Where the record goes; its length is the limit.</param>
    /// <param name="udpSize">The largest UDP message that the sender takes.</param>
    /// <param name="code">Its upper eight bits go into the record, its lower four belong into the header.</param>
    /// <param name="dnssecOk">The DO bit.</param>
    /// <param name="writer">Set when the result is true.</param>
    public static bool TryBegin(Span<byte> buffer, ushort udpSize, ResponseCode code, bool dnssecOk, out OptRecordWriter writer)
    {
        writer = default;
        if (buffer.Length < EmptySize)
            return false;
        buffer[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[1..], (ushort)RecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[3..], udpSize);
        buffer[5] = (byte)((ushort)code >> 4);
        buffer[6] = 0;
        buffer[7] = dnssecOk ? (byte)0x80 : (byte)0;
        buffer[8] = buffer[9] = buffer[10] = 0;
        writer = new OptRecordWriter(buffer);
        return true;
    }

    public bool TryWriteOption(EdnsOptionCode code, scoped ReadOnlySpan<byte> value)
    {
        if (!TryReserveOption(code, value.Length, out var octets))
            return false;
        value.CopyTo(octets);
        return true;
    }

    /// <summary>Adds an option whose value, of arbitrary octets now, the caller fills in.</summary>
    public bool TryReserveOption(EdnsOptionCode code, int length, out Span<byte> value)
    {
        if (Remaining < 4 + length)
        {
            value = default;
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[Length..], (ushort)code);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(Length + 2)..], (ushort)length);
        value = _buffer.Slice(Length + 4, length);
        Length += 4 + length;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[9..], (ushort)(Length - EmptySize));
        return true;
    }

    /// <summary>An Extended DNS Error, RFC 8914 §2. Text that does not fit is left out: the code alone still helps.</summary>
    public bool TryWriteExtendedError(EdeCode code, scoped ReadOnlySpan<byte> utf8Text)
    {
        if (Remaining < 6 + utf8Text.Length)
            utf8Text = default;
        if (!TryReserveOption(EdnsOptionCode.ExtendedError, 2 + utf8Text.Length, out var value))
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)code);
        utf8Text.CopyTo(value[2..]);
        return true;
    }

    /// <summary>Zero octets up to <paramref name="messageLength"/>, the whole message counted to the end of this record, being a multiple of <paramref name="block"/> (RFC 7830, RFC 8467 §4.1).</summary>
    public bool TryWritePadding(int messageLength, int block)
    {
        var padding = (block - ((messageLength + 4) % block)) % block;
        padding = Math.Min(padding, Remaining - 4);
        if (padding < 0 || !TryReserveOption(EdnsOptionCode.Padding, padding, out var value))
            return false;
        value.Clear();
        return true;
    }
}
