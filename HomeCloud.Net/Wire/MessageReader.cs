using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>
/// Walks a message from anywhere. Every method returns false, and leaves the position undefined, when the
/// message is malformed; none throws. Starts behind the header unless told otherwise.
/// </summary>
public ref struct MessageReader
{
    private readonly ReadOnlySpan<byte> _message;

    public MessageReader(ReadOnlySpan<byte> message, int position = MessageHeader.Size)
    {
        _message = message;
        Position = position;
    }

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _message.Length;

    public bool TryReadUInt16(out ushort value)
    {
        value = 0;
        if ((uint)Position > (uint)_message.Length || _message.Length - Position < 2)
            return false;
        value = BinaryPrimitives.ReadUInt16BigEndian(_message[Position..]);
        Position += 2;
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        value = 0;
        if ((uint)Position > (uint)_message.Length || _message.Length - Position < 4)
            return false;
        value = BinaryPrimitives.ReadUInt32BigEndian(_message[Position..]);
        Position += 4;
        return true;
    }

    /// <summary>Steps over a name; follows no pointer.</summary>
    public bool TrySkipName()
    {
        var start = Position;
        while ((uint)Position < (uint)_message.Length)
        {
            int length = _message[Position];
            if (length == 0)
            {
                Position++;
                return Position - start <= DnsName.MaxLength;
            }

            if (length >= 0xC0)
            {
                Position += 2;
                return Position <= _message.Length;
            }

            // 0x40 and 0x80 are reserved label types (RFC 6891 §5 retired the only use).
            if (length > DnsName.MaxLabelLength)
                return false;
            Position += length + 1;
        }

        return false;
    }

    /// <summary>Reads a name and undoes its compression. Pointers must go strictly backwards, so a loop cannot be written down.</summary>
    /// <param name="wire">Receives the name as it is written, case kept; 255 octets hold any.</param>
    /// <param name="length">Octets written.</param>
    public bool TryReadName(scoped Span<byte> wire, out int length)
    {
        length = 0;
        var position = Position;
        var limit = position;
        var jumped = false;
        while ((uint)position < (uint)_message.Length)
        {
            int octet = _message[position];
            if (octet >= 0xC0)
            {
                if (position + 1 >= _message.Length)
                    return false;
                var target = ((octet & 0x3F) << 8) | _message[position + 1];
                if (target >= limit)
                    return false;
                if (!jumped)
                    Position = position + 2;
                jumped = true;
                position = limit = target;
                continue;
            }

            var size = octet + 1;
            if (octet > DnsName.MaxLabelLength || position + size > _message.Length
                || length + size > DnsName.MaxLength || length + size > wire.Length)
            {
                return false;
            }

            _message.Slice(position, size).CopyTo(wire[length..]);
            length += size;
            position += size;
            if (octet == 0)
            {
                if (!jumped)
                    Position = position;
                return true;
            }
        }

        return false;
    }

    /// <summary>Steps over a question.</summary>
    public bool TrySkipQuestion(out RecordType type, out RecordClass @class)
    {
        type = default;
        @class = default;
        if (!TrySkipName() || !TryReadUInt16(out var rawType) || !TryReadUInt16(out var rawClass))
            return false;
        type = (RecordType)rawType;
        @class = (RecordClass)rawClass;
        return true;
    }

    /// <summary>Reads the fixed part of a record and steps over it, RDATA included.</summary>
    public bool TryReadRecord(out RecordView record)
    {
        record = default;
        var nameOffset = Position;
        if (!TrySkipName()
            || !TryReadUInt16(out var type)
            || !TryReadUInt16(out var @class)
            || !TryReadUInt32(out var ttl)
            || !TryReadUInt16(out var dataLength)
            || _message.Length - Position < dataLength)
        {
            return false;
        }

        record = new RecordView(nameOffset, (RecordType)type, (RecordClass)@class, ttl, Position - 6, Position, dataLength);
        Position += dataLength;
        return true;
    }
}
