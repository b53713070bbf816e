using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>One record of an update, RFC 2136 §2.4 and §2.5: class and TTL say what is meant.</summary>
/// <param name="Name">Folded.</param>
/// <param name="Type">TYPE.</param>
/// <param name="Class">IN, ANY or NONE; others are format errors.</param>
/// <param name="Ttl">As written.</param>
/// <param name="Data">RDATA without compression; valid for its type unless empty.</param>
internal readonly record struct UpdateRecord(byte[] Name, RecordType Type, RecordClass Class, uint Ttl, byte[] Data);

/// <summary>An UPDATE message taken apart, RFC 2136 §2.</summary>
internal sealed class UpdateMessage
{
    private UpdateMessage(byte[] zone, RecordType zoneType, RecordClass zoneClass)
    {
        Zone = zone;
        ZoneType = zoneType;
        ZoneClass = zoneClass;
    }

    /// <summary>ZNAME, folded.</summary>
    public byte[] Zone { get; }

    public RecordType ZoneType { get; }

    public RecordClass ZoneClass { get; }

    public List<UpdateRecord> Prerequisites { get; } = [];

    public List<UpdateRecord> Changes { get; } = [];

    /// <returns>Null: it is malformed.</returns>
    public static UpdateMessage? TryRead(ReadOnlySpan<byte> message)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var reader = new MessageReader(message);
        if (MessageHeader.QuestionCount(message) != 1 || !reader.TryReadName(name, out var length) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var @class))
            return null;
        var update = new UpdateMessage(Folded(name[..length]), (RecordType)type, (RecordClass)@class);
        return TryReadSection(message, ref reader, MessageHeader.AnswerCount(message), update.Prerequisites)
            && TryReadSection(message, ref reader, MessageHeader.AuthorityCount(message), update.Changes)
                ? update
                : null;
    }

    /// <summary>Makes RDATA in both sections as <paramref name="canonical"/> has it.</summary>
    public void Canonicalize(Func<RecordType, byte[], byte[]> canonical)
    {
        foreach (var section in (List<UpdateRecord>[])[Prerequisites, Changes])
        {
            for (var i = 0; i < section.Count; i++)
                section[i] = section[i] with { Data = canonical(section[i].Type, section[i].Data) };
        }
    }

    private static bool TryReadSection(ReadOnlySpan<byte> message, ref MessageReader reader, int count, List<UpdateRecord> section)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        for (; count > 0; count--)
        {
            if (!reader.TryReadRecord(out var record))
                return false;
            var owner = new MessageReader(message, record.NameOffset);
            if (!owner.TryReadName(name, out var length) || !TryReadData(message, record, out var data))
                return false;

            // §2.4 and §2.5: what means "any" has no data.
            if (record.Class == RecordClass.Any && data.Length > 0)
                return false;
            section.Add(new UpdateRecord(Folded(name[..length]), record.Type, record.Class, record.Ttl, data));
        }

        return true;
    }

    // Also records that are to be deleted (class NONE) have RDATA of their type.
    private static bool TryReadData(ReadOnlySpan<byte> message, in RecordView record, out byte[] data)
    {
        data = [];
        if (record.DataLength == 0)
            return true;
        var octets = new byte[record.DataLength + RecordData.Growth];
        if (!RecordData.TryUnpack(message, record with { Class = RecordClass.Internet }, octets, out var length, out _))
            return false;
        data = octets[..length];
        return !RecordGrammar.IsKnown(record.Type) || RecordDataText.IsValid(record.Type, data);
    }

    private static byte[] Folded(ReadOnlySpan<byte> name)
    {
        var folded = name.ToArray();
        DnsName.Fold(folded);
        return folded;
    }
}
