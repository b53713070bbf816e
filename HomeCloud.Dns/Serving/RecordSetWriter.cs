using System.Buffers.Binary;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Copies packet-ready RRsets into a message.</summary>
internal static class RecordSetWriter
{
    /// <summary>Where the question's name begins: what the records in zones point to.</summary>
    public const int QuestionName = MessageHeader.Size;

    /// <summary>Where a name may stand at most that something points to, RFC 1035 §4.1.4.</summary>
    public const int LastOffset = 0x3FFF;

    private const int OwnerSize = 2;

    /// <param name="writer">The message.</param>
    /// <param name="section">Where the records go.</param>
    /// <param name="set">The RRset.</param>
    /// <param name="owner">Offset of the owner name in the message.</param>
    /// <param name="zone">Its origin completes relative names; null: there are none.</param>
    /// <param name="rotation">Which address comes first, RFC 1794.</param>
    /// <returns>False when the whole set does not fit; part of it may then be written.</returns>
    public static bool TryWrite(ref MessageWriter writer, Section section, scoped in RecordSetView set, int owner, Zone? zone, uint rotation = 0)
    {
        if (owner != QuestionName || set.EndsInRelativeName)
            return TryWriteEach(ref writer, section, set, owner, zone);
        if (set.Count == 1)
            return writer.TryWriteRecords(section, set.Records, 1);

        // Only addresses have records of one length, and only there does order mean nothing.
        if (set.Type is not (RecordType.A or RecordType.Aaaa))
            return writer.TryWriteRecords(section, set.Records, set.Count);
        var first = (int)(rotation % (uint)set.Count) * (set.Records.Length / set.Count);
        return writer.TryWriteRecords(section, set.Records[first..], set.Count)
            && writer.TryWriteRecords(section, set.Records[..first], 0);
    }

    /// <summary>Writes the SOA record of a zone whose origin stands at <paramref name="owner"/> in the message.</summary>
    public static bool TryWriteSoa(ref MessageWriter writer, Section section, Zone zone, int owner, uint serial)
    {
        if (!writer.TryReserve(section, OwnerSize + zone.SoaLength, 1, out var record))
            return false;
        WritePointer(record, owner);
        zone.WriteSoa(record[OwnerSize..], serial);
        return true;
    }

    /// <summary>The same for a zone whose origin stands nowhere in the message.</summary>
    public static bool TryWriteWholeSoa(ref MessageWriter writer, Section section, Zone zone, uint serial)
    {
        if (!writer.TryReserve(section, zone.Origin.Length + zone.SoaLength, 1, out var record))
            return false;
        zone.Origin.CopyTo(record);
        zone.WriteSoa(record[zone.Origin.Length..], serial);
        return true;
    }

    public static bool TryWriteNs(ref MessageWriter writer, Zone zone, int owner)
    {
        if (!writer.TryReserve(Section.Answer, OwnerSize + zone.NsRecord.Length, 1, out var record))
            return false;
        WritePointer(record, owner);
        zone.NsRecord.CopyTo(record[OwnerSize..]);
        return true;
    }

    public static void WritePointer(Span<byte> target, int offset) =>
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(0xC000 | offset));

    private static bool TryWriteEach(ref MessageWriter writer, Section section, scoped in RecordSetView set, int owner, Zone? zone)
    {
        var rest = set.Records;
        while (!rest.IsEmpty)
        {
            var record = RecordSetView.TakeRecord(ref rest);
            var origin = set.EndsInRelativeName ? zone!.Origin : default;
            if (!writer.TryReserve(section, record.Length + origin.Length, 1, out var target))
                return false;
            record.CopyTo(target);
            WritePointer(target, owner);
            if (origin.IsEmpty)
                continue;
            origin.CopyTo(target[record.Length..]);
            var dataLength = record.Length - RecordSetView.RecordHeaderSize + origin.Length;
            BinaryPrimitives.WriteUInt16BigEndian(target[(RecordSetView.RecordHeaderSize - 2)..], (ushort)dataLength);
        }

        return true;
    }
}
