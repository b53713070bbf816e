using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>Packs the RRsets of one name. Records of one type are added one after another.</summary>
public sealed class RecordSetBuilder
{
    // A set must fit one message; what a person puts into a registry never comes near.
    private const int MaxSetLength = 60_000;

    private byte[] _buffer = new byte[256];
    private int _length;
    private int _setStart = -1;

    /// <summary>Starts over.</summary>
    public void Clear()
    {
        _length = 0;
        _setStart = -1;
    }

    /// <summary>Adds a record.</summary>
    /// <param name="type">Records of one type follow one another.</param>
    /// <param name="ttl">Seconds.</param>
    /// <param name="data">RDATA.</param>
    /// <param name="endsInRelativeName">Whether it ends in a name without its zone (<see cref="RecordSetView.EndsInRelativeName"/>); the same for all of one type.</param>
    /// <returns>False when the RRset has no room for it.</returns>
    public bool Add(RecordType type, uint ttl, ReadOnlySpan<byte> data, bool endsInRelativeName = false)
    {
        var continues = _setStart >= 0 && BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_setStart)) == (ushort)type;
        var size = RecordSetView.RecordHeaderSize + data.Length;
        if ((continues ? _length - _setStart : 0) + size > MaxSetLength)
            return false;
        if (_length + size + RecordSets.HeaderSize > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size + RecordSets.HeaderSize));
        if (!continues)
        {
            _setStart = _length;
            BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length), (ushort)type);
            BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length + 2), endsInRelativeName ? RecordSets.RelativeFlag : 0U);
            _length += RecordSets.HeaderSize;
        }

        var record = _buffer.AsSpan(_length, size);
        record[0] = 0xC0;
        record[1] = MessageHeader.Size;
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], (ushort)RecordClass.Internet);
        BinaryPrimitives.WriteUInt32BigEndian(record[6..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)data.Length);
        data.CopyTo(record[RecordSetView.RecordHeaderSize..]);
        _length += size;

        var header = _buffer.AsSpan(_setStart);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(header[2..]) + 1));
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)(_length - _setStart - RecordSets.HeaderSize));
        return true;
    }

    /// <summary>Adds an RRset of another name as it is.</summary>
    public void Add(scoped in RecordSetView set)
    {
        var records = set.Records;
        while (!records.IsEmpty)
        {
            var record = RecordSetView.TakeRecord(ref records);
            Add(set.Type, BinaryPrimitives.ReadUInt32BigEndian(record[6..]), record[RecordSetView.RecordHeaderSize..], set.EndsInRelativeName);
        }
    }

    /// <summary>What was added, until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);
}
