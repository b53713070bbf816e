using System.Buffers.Binary;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>One AXFR answer: SOA, NS, every name, SOA again (RFC 5936 §2.2), in messages of up to 32 KiB. Holds no copy of the zone.</summary>
internal sealed class TransferMessages : ITransferMessages
{
    // RFC 5936 §2.2: many records a message; half the limit keeps a slow client's buffer small.
    private const int MessageLimit = 32 * 1024;

    private readonly Zone _zone;
    private readonly EdnsResponder _edns;
    private readonly ReplyTerms _terms;
    private readonly byte[] _head;
    private readonly uint _serial;
    private readonly IEnumerator<ZoneNode> _names;
    private int _nodePosition;
    private Stage _stage = Stage.Opening;

    public TransferMessages(Zone zone, uint serial, ReadOnlySpan<byte> head, in ReplyTerms terms, EdnsResponder edns)
    {
        _zone = zone;
        _serial = serial;
        _head = head.ToArray();
        _terms = terms;
        _edns = edns;
        _names = zone.Names.All.GetEnumerator();
    }

    private enum Stage
    {
        Opening,
        Names,
        Closing,
        Done,
    }

    public bool IsDone => _stage == Stage.Done;

    public void Dispose() => _names.Dispose();

    public bool TryWriteNext(Span<byte> buffer, out int length)
    {
        length = 0;
        if (_stage == Stage.Done)
            return false;
        buffer = buffer[..Math.Min(buffer.Length, MessageLimit)];
        _head.CopyTo(buffer);
        var writer = new MessageWriter(buffer[..^_edns.Reserve(_terms)], _head.Length);
        WriteRecords(ref writer);

        length = writer.Finish(_terms.ResponseFlags | HeaderFlags.Authoritative);
        var opt = _edns.Write(buffer, length, _terms, ResponseCode.NoError);
        if (opt > 0)
            MessageHeader.SetCounts(buffer, 1, writer.AnswerCount, 0, 1);
        length += opt;
        return true;
    }

    private void WriteRecords(ref MessageWriter writer)
    {
        if (_stage == Stage.Opening)
        {
            RecordSetWriter.TryWriteSoa(ref writer, Section.Answer, _zone, RecordSetWriter.QuestionName, _serial);
            RecordSetWriter.TryWriteNs(ref writer, _zone, RecordSetWriter.QuestionName);
            _stage = _names.MoveNext() ? Stage.Names : Stage.Closing;
        }

        while (_stage == Stage.Names)
        {
            if (!TryWriteName(ref writer))
                return;
            _nodePosition = 0;
            if (!_names.MoveNext())
                _stage = Stage.Closing;
        }

        if (RecordSetWriter.TryWriteSoa(ref writer, Section.Answer, _zone, RecordSetWriter.QuestionName, _serial))
            _stage = Stage.Done;
    }

    // Goes on where the last message ended. A node replaced meanwhile is another object; this one stays as it was.
    private bool TryWriteName(ref MessageWriter writer)
    {
        var node = _names.Current;
        var position = 0;
        var packed = node.Packed;
        while (RecordSets.TryTake(ref packed, out var set))
        {
            var records = set.Records;
            while (!records.IsEmpty)
            {
                var record = RecordSetView.TakeRecord(ref records);
                if (position++ < _nodePosition)
                    continue;
                var empty = writer.AnswerCount == 0;
                if (!TryWriteRecord(ref writer, node.Name, record, set.EndsInRelativeName) && !empty)
                    return false;
                _nodePosition = position;
            }
        }

        return true;
    }

    private bool TryWriteRecord(ref MessageWriter writer, ReadOnlySpan<byte> relative, ReadOnlySpan<byte> record, bool endsInRelativeName)
    {
        // The record's own owner is a pointer to the question, which here is the zone's origin: labels go in front of it.
        var origin = endsInRelativeName ? _zone.Origin : default;
        if (!writer.TryReserve(Section.Answer, relative.Length + record.Length + origin.Length, 1, out var target))
            return false;
        relative.CopyTo(target);
        target = target[relative.Length..];
        record.CopyTo(target);
        origin.CopyTo(target[record.Length..]);
        var dataLength = record.Length - RecordSetView.RecordHeaderSize + origin.Length;
        BinaryPrimitives.WriteUInt16BigEndian(target[(RecordSetView.RecordHeaderSize - 2)..], (ushort)dataLength);
        return true;
    }
}
