using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>All records of a response, read once; the OPT record apart.</summary>
internal sealed class ReplyRecords
{
    private readonly List<InspectedRecord> _records = [];
    private byte[] _owners = new byte[512];
    private int _ownersLength;

    private ReplyRecords(byte[] message) => Message = message;

    public byte[] Message { get; }

    public int Count => _records.Count;

    /// <summary>First octet behind the last record; what follows is nobody's.</summary>
    public int End { get; private set; }

    public RecordView? Opt { get; private set; }

    public Span<InspectedRecord> Records => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_records);

    public ReadOnlySpan<byte> Owner(in InspectedRecord record) => _owners.AsSpan(record.OwnerStart, record.OwnerLength);

    /// <returns>Null when the message is malformed.</returns>
    public static ReplyRecords? Read(byte[] message, int position)
    {
        var records = new ReplyRecords(message);
        int answers = MessageHeader.AnswerCount(message);
        int authorities = MessageHeader.AuthorityCount(message);
        var all = answers + authorities + MessageHeader.AdditionalCount(message);
        for (var i = 0; i < all; i++)
        {
            var section = i < answers ? Section.Answer : i < answers + authorities ? Section.Authority : Section.Additional;
            if (!records.TryReadOne(ref position, section))
                return null;
        }

        records.End = position;
        return records;
    }

    /// <summary>Reads the name at an offset, unpacked and folded.</summary>
    public bool TryReadName(int offset, Span<byte> name, out int length)
    {
        var reader = new MessageReader(Message, offset);
        if (!reader.TryReadName(name, out length))
            return false;
        DnsName.Fold(name[..length]);
        return true;
    }

    /// <summary>Reads RDATA that is a name and nothing else, unpacked and folded.</summary>
    public bool TryReadTarget(in RecordView record, Span<byte> name, out int length)
    {
        var reader = new MessageReader(Message, record.DataOffset);
        if (!reader.TryReadName(name, out length) || reader.Position != record.End)
            return false;
        DnsName.Fold(name[..length]);
        return true;
    }

    private bool TryReadOne(ref int position, Section section)
    {
        var reader = new MessageReader(Message, position);
        if (!reader.TryReadRecord(out var view))
            return false;
        position = reader.Position;
        if (view.Type == RecordType.Opt)
        {
            if (Opt is not null || section != Section.Additional || Message[view.NameOffset] != 0)
                return false;
            Opt = view;
            return true;
        }

        if (_owners.Length - _ownersLength < DnsName.MaxLength)
            Array.Resize(ref _owners, _owners.Length * 2);
        if (!TryReadName(view.NameOffset, _owners.AsSpan(_ownersLength), out var length))
            return false;
        _records.Add(new InspectedRecord { View = view, Section = section, OwnerStart = _ownersLength, OwnerLength = length });
        _ownersLength += length;
        return true;
    }
}

/// <summary>A record of an upstream's response, with its owner name unpacked and folded.</summary>
internal struct InspectedRecord
{
    public RecordView View;
    public Section Section;
    public int OwnerStart;
    public int OwnerLength;
    public bool Kept;
}
