using System.Buffers.Binary;
using System.Net;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
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
            if (!record.Kept)
                continue;
            var set = judged.Find(records.Owner(record), type == RecordType.Rrsig ? Covered(message, record.View) : type, record.Section);

            // RFC 4035 §3.2.3: AD says that all of the authority section is authentic. All of the answer section was judged.
            if (isSecure && record.Section == Section.Authority && set?.Verified is null)
                record.Kept = false;
            else if (type != RecordType.Rrsig && set is { Verified: not null })
                record.View = record.View with { Ttl = Math.Min(record.View.Ttl, set.SecondsLeft(now)) };
        }

        return MessageRewriter.Rewrite(records, question, []);
    }

    /// <returns>The first private address of the answer section that the policy does not allow; null when there is none.</returns>
    public static IPAddress? FindPrivateAddress(byte[] message, CacheQuestion question, RebindPolicy? rebind)
    {
        if (rebind?.IsExempt(question.Name) != false || ReplyRecords.Read(message, question.QuestionEnd) is not { } records)
            return null;
        foreach (ref var record in records.Records)
        {
            if (record.Section != Section.Answer)
                continue;
            var data = new byte[record.View.DataLength + RecordData.Growth];
            if (RecordData.TryUnpack(message, record.View, data, out var length, out _)
                && RebindPolicy.FindPrivateAddress(record.View.Type, data.AsSpan(0, length)) is { } address && !rebind.IsExempt(records.Owner(record)))
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>What remains of a signed RRset that lost a private address cannot be checked: none of it is handed on, and that not for long.</summary>
    public static ForwardResult WithoutAddress(in ForwardResult result, CacheQuestion question, IPAddress address) => result with
    {
        Message = WithoutRecords(result.Message, question),
        Code = ResponseCode.NoError,
        Options = [.. result.Options, .. ExtendedErrors.Write(EdeCode.Blocked, ResponseInspector.BlockedText(address, question))],
        DenialTtl = 0,
    };

    private static RecordType Covered(ReadOnlySpan<byte> message, in RecordView signature) =>
        signature.DataLength >= 2 ? (RecordType)BinaryPrimitives.ReadUInt16BigEndian(message[signature.DataOffset..]) : RecordType.None;

    private static byte[] WithoutRecords(ReadOnlySpan<byte> message, CacheQuestion question)
    {
        var empty = message[..question.QuestionEnd].ToArray();
        MessageHeader.SetCounts(empty, 1, 0, 0, 0);
        MessageHeader.SetFlags(empty, MessageHeader.Flags(empty) & ~HeaderFlags.AuthenticData);
        return empty;
    }
}
