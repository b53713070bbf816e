using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>A judged response as its askers get it: without what was not judged, and without DNSSEC records where nobody asked for them.</summary>
internal static class ValidatedMessage
{
    /// <param name="message">As it came; changed.</param>
    /// <param name="question">Of the askers, with or without DO.</param>
    /// <param name="judged">The same, with the signatures that hold.</param>
    /// <param name="isSecure">Sets AD.</param>
    /// <param name="now">Seconds since 1970, modulo 2^32.</param>
    /// <returns>Null when it would be too long.</returns>
    public static byte[]? Render(byte[] message, CacheQuestion question, SignedMessage judged, bool isSecure, uint now)
    {
        if (ReplyRecords.Read(message, question.QuestionEnd) is not { } records)
            return null;
        var flags = MessageHeader.Flags(message) & ~HeaderFlags.AuthenticData;
        MessageHeader.SetFlags(message, isSecure ? flags | HeaderFlags.AuthenticData : flags);
        var wantsProofs = (question.Variant & QuestionVariant.DnssecOk) != 0;
        foreach (ref var record in records.Records)
        {
            var type = record.View.Type;
            record.Kept = record.Section switch
            {
                Section.Answer => wantsProofs || type != RecordType.Rrsig || question.Type is RecordType.Rrsig or RecordType.Any,
                Section.Authority => type == RecordType.Soa || (wantsProofs && type is RecordType.Nsec or RecordType.Nsec3 or RecordType.Rrsig),
                _ => false,
            };
            if (record.Kept && judged.Find(records.Owner(record), type, record.Section) is { Verified: not null } set)
                record.View = record.View with { Ttl = Math.Min(record.View.Ttl, set.SecondsLeft(now)) };
        }

        return MessageRewriter.Rewrite(records, question, []);
    }

    public static byte[] WithoutRecords(ReadOnlySpan<byte> message, CacheQuestion question)
    {
        var empty = message[..question.QuestionEnd].ToArray();
        MessageHeader.SetCounts(empty, 1, 0, 0, 0);
        MessageHeader.SetFlags(empty, MessageHeader.Flags(empty) & ~HeaderFlags.AuthenticData);
        return empty;
    }
}
