using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>
/// Appends records to a message whose header and question are in place. A record that does not fit leaves
/// neither octets nor counts behind, so the caller can set TC and stop.
/// </summary>
public ref struct MessageWriter
{
    private readonly Span<byte> _buffer;
    private int _answers;
    private int _authorities;
    private int _additionals;

    /// <param name="buffer">The message from its first octet; its length is the limit of the message.</param>
    /// <param name="position">Where the next octet goes: behind the question.</param>
    public MessageWriter(Span<byte> buffer, int position)
    {
        _buffer = buffer;
        Position = position;
    }

    public int Position { get; private set; }

    public readonly int Remaining => _buffer.Length - Position;

    public readonly int AnswerCount => _answers;

    public readonly int AuthorityCount => _authorities;

    public readonly int AdditionalCount => _additionals;

    /// <summary>Appends octets that already are <paramref name="records"/> complete records.</summary>
    public bool TryWriteRecords(Section section, scoped ReadOnlySpan<byte> octets, int records)
    {
        if (!octets.TryCopyTo(_buffer[Position..]))
            return false;
        Position += octets.Length;
        Count(section, records);
        return true;
    }

    /// <summary>Appends one record whose owner name is given in wire form (a two-octet compression pointer is one).</summary>
    public bool TryWriteRecord(Section section, scoped ReadOnlySpan<byte> owner, RecordType type, RecordClass @class, uint ttl, scoped ReadOnlySpan<byte> data)
    {
        if (Remaining < owner.Length + 10 + data.Length || data.Length > ushort.MaxValue)
            return false;
        var target = _buffer[Position..];
        owner.CopyTo(target);
        target = target[owner.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)@class);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], (ushort)data.Length);
        data.CopyTo(target[10..]);
        Position += owner.Length + 10 + data.Length;
        Count(section, 1);
        return true;
    }

    /// <summary>Reserves <paramref name="length"/> octets for records that the caller fills in itself.</summary>
    public bool TryReserve(Section section, int length, int records, out Span<byte> octets)
    {
        if (Remaining < length)
        {
            octets = default;
            return false;
        }

        octets = _buffer.Slice(Position, length);
        Position += length;
        Count(section, records);
        return true;
    }

    /// <summary>Takes every record written so far back, for a truncated answer.</summary>
    /// <param name="position">Where the records began.</param>
    public void Reset(int position)
    {
        Position = position;
        _answers = _authorities = _additionals = 0;
    }

    /// <summary>Writes the counts into the header.</summary>
    /// <returns>The length of the message.</returns>
    public readonly int Finish(HeaderFlags flags, int questions = 1)
    {
        MessageHeader.SetFlags(_buffer, flags);
        MessageHeader.SetCounts(_buffer, questions, _answers, _authorities, _additionals);
        return Position;
    }

    private void Count(Section section, int records)
    {
        switch (section)
        {
            case Section.Answer:
                _answers += records;
                break;
            case Section.Authority:
                _authorities += records;
                break;
            default:
                _additionals += records;
                break;
        }
    }
}

/// <summary>The record sections of a message, in wire order.</summary>
public enum Section
{
    Answer,
    Authority,
    Additional,
}
