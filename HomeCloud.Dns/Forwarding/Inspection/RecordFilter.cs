using System.Net;
using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>Marks the records of a response that follow from the question; the rest is not believed (RFC 2181 §5.4.1, RFC 5452 §6).</summary>
internal sealed class RecordFilter(ReplyRecords records, AliasChain chain, CacheQuestion question, RebindPolicy rebind)
{
    private const RecordType Sig = (RecordType)24;

    private readonly HashSet<string> _targets = new(StringComparer.Ordinal);
    private byte[] _data = [];

    /// <summary>A private address that was dropped from the answer section.</summary>
    public IPAddress? Blocked { get; private set; }

    /// <summary>A record of the answer section was dropped because its RDATA cannot be of its type.</summary>
    public bool HasUnreadableAnswer { get; private set; }

    /// <summary>A record of the answer section has a name that was asked for, and another type.</summary>
    public bool HasOtherType { get; private set; }

    /// <summary>The least TTL among dropped answers: as long as the upstream would have had them remembered.</summary>
    public uint? DroppedTtl { get; private set; }

    public int Dropped { get; private set; }

    /// <summary>Names inside RDATA are compressed where not every program expects it.</summary>
    public bool MustUnpack { get; private set; }

    public void Apply()
    {
        var exempt = rebind.IsExempt(question.Name);
        Mark(Section.Answer, exempt);
        Mark(Section.Authority, exempt);
        Mark(Section.Additional, exempt);
    }

    private void Mark(Section section, bool exempt)
    {
        foreach (ref var record in records.Records)
        {
            if (record.Section != section)
                continue;
            record.Kept = IsWanted(record) && IsReadable(record, out var data) && (exempt || !IsBlocked(record, data));
            if (record.Kept)
            {
                if (section != Section.Additional)
                    AddTarget(record.View);
                continue;
            }

            Dropped++;
            if (section == Section.Answer)
                DroppedTtl = Math.Min(DroppedTtl ?? uint.MaxValue, record.View.Ttl);
        }
    }

    private bool IsWanted(in InspectedRecord record)
    {
        var owner = records.Owner(record);
        if (record.View.Class != question.Class && question.Class != RecordClass.Any)
            return false;
        return record.Section switch
        {
            Section.Answer => IsWantedAnswer(owner, record.View.Type),
            Section.Authority => chain.HasNameAtOrBelow(owner) || IsProof(record.View.Type),
            _ => record.View.Type is not (RecordType.Tsig or RecordType.Tkey or Sig)
                && (chain.Contains(owner) || _targets.Contains(Key(owner))),
        };
    }

    private bool IsWantedAnswer(ReadOnlySpan<byte> owner, RecordType type)
    {
        // A DNAME, and its signature, stands above the name that it redirects (RFC 6672 §3.1).
        if (type is RecordType.Dname or RecordType.Rrsig && chain.HasNameAtOrBelow(owner))
            return true;
        if (!chain.Contains(owner))
            return false;
        if (type == question.Type || type is RecordType.Cname or Sig || question.Type is RecordType.Any or RecordType.Maila or RecordType.Mailb)
            return true;
        HasOtherType = true;
        return false;
    }

    // NSEC and NSEC3 owners are neighbours of the name, so only the asker's validator can judge them.
    private bool IsProof(RecordType type) =>
        (question.Variant & QuestionVariant.DnssecOk) != 0 && type is RecordType.Nsec or RecordType.Nsec3 or RecordType.Rrsig or RecordType.Ds;

    private bool IsReadable(in InspectedRecord record, out ReadOnlySpan<byte> data)
    {
        var room = record.View.DataLength + RecordData.Growth;
        if (_data.Length < room)
            _data = new byte[room];
        var readable = RecordData.TryUnpack(records.Message, record.View, _data, out var length, out var mustUnpack);
        data = _data.AsSpan(0, length);
        if (readable)
            MustUnpack |= mustUnpack;
        else
            HasUnreadableAnswer |= record.Section == Section.Answer;
        return readable;
    }

    private bool IsBlocked(in InspectedRecord record, ReadOnlySpan<byte> data)
    {
        if (RebindPolicy.FindPrivateAddress(record.View.Type, data) is not { } address || rebind.IsExempt(records.Owner(record)))
            return false;
        if (record.Section == Section.Answer)
            Blocked ??= address;
        return true;
    }

    private void AddTarget(in RecordView record)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var offset = RecordTargets.Find(records.Message, record);
        if (offset >= 0 && records.TryReadName(offset, name, out var length))
            _targets.Add(Key(name[..length]));
    }

    private static string Key(ReadOnlySpan<byte> name) => System.Text.Encoding.Latin1.GetString(name);
}
