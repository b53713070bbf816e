using System.Buffers;
using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>
/// Writes a response anew from the records that were kept. Needed only when something was dropped or added, because names of
/// later records may be compressed against what is gone, and when names are compressed where not every program expects it.
/// </summary>
internal static class MessageRewriter
{
    private static ReadOnlySpan<byte> QuestionPointer => [0xC0, MessageHeader.Size];

    /// <param name="records">Of the response.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="implied">Aliases to write behind the DNAME that implies them.</param>
    /// <returns>Null when RDATA is malformed or the message would be too long.</returns>
    public static byte[]? Rewrite(ReplyRecords records, CacheQuestion question, IReadOnlyList<ImpliedAlias> implied) =>
        Write(records, null, question, implied, MessageHeader.Flags(records.Message));

    /// <summary>An answer with aliases, and what their last target's own answer says, as one.</summary>
    /// <returns>Null when RDATA is malformed or the message would be too long.</returns>
    public static byte[]? Join(byte[] aliases, CacheQuestion question, byte[] answer, CacheQuestion target)
    {
        if (ReplyRecords.Read(aliases, question.QuestionEnd) is not { } first || ReplyRecords.Read(answer, target.QuestionEnd) is not { } second)
            return null;
        foreach (ref var record in first.Records)
            record.Kept = record.Section == Section.Answer || (record.Section == Section.Authority && IsProof(record.View.Type));
        foreach (ref var record in second.Records)
            record.Kept = record.Section != Section.Additional;
        var flags = MessageHeader.Flags(answer);
        if ((MessageHeader.Flags(aliases) & HeaderFlags.AuthenticData) == 0)
            flags &= ~HeaderFlags.AuthenticData;
        return Write(first, second, question, [], flags);
    }

    private static byte[]? Write(ReplyRecords records, ReplyRecords? more, CacheQuestion question, IReadOnlyList<ImpliedAlias> implied, HeaderFlags flags)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MessageHeader.MaxMessageSize);
        var data = ArrayPool<byte>.Shared.Rent(MessageHeader.MaxMessageSize + RecordData.Growth);
        try
        {
            records.Message.AsSpan(0, question.QuestionEnd).CopyTo(buffer);
            var writer = new MessageWriter(buffer.AsSpan(0, MessageHeader.MaxMessageSize), question.QuestionEnd);
            var fits = true;
            for (var section = Section.Answer; fits && section <= Section.Additional; section++)
                fits = TryAppend(ref writer, section, records, question, implied, data) && (more is null || TryAppend(ref writer, section, more, question, [], data));
            return fits ? buffer[..writer.Finish(flags)] : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(data);
        }
    }

    private static bool TryAppend(ref MessageWriter writer, Section section, ReplyRecords records, CacheQuestion question, IReadOnlyList<ImpliedAlias> implied, byte[] data)
    {
        for (var i = 0; i < records.Count; i++)
        {
            ref var record = ref records.Records[i];
            if (!record.Kept || record.Section != section)
                continue;
            if (!RecordData.TryUnpack(records.Message, record.View, data, out var length, out _)
                || !writer.TryWriteRecord(record.Section, Compressed(records.Owner(record), question), record.View.Type, record.View.Class, record.View.Ttl, data.AsSpan(0, length)))
            {
                return false;
            }

            // RFC 6672 §3.1: the CNAME has the DNAME's TTL.
            foreach (var alias in implied)
            {
                if (alias.Record == i && !writer.TryWriteRecord(Section.Answer, Compressed(alias.Owner, question), RecordType.Cname, record.View.Class, record.View.Ttl, alias.Target))
                    return false;
            }
        }

        return true;
    }

    // An alias from a wildcard needs its proof (RFC 4035 §5.3.4).
    private static bool IsProof(RecordType type) => type is RecordType.Nsec or RecordType.Nsec3 or RecordType.Rrsig;

    private static ReadOnlySpan<byte> Compressed(ReadOnlySpan<byte> owner, CacheQuestion question) => owner.SequenceEqual(question.Name) ? QuestionPointer : owner;
}
