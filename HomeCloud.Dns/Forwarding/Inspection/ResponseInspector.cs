using System.Buffers.Binary;
using System.Net;
using HomeCloud.Dns.Caching;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>Judges what an upstream sent, and takes out what was not asked for. Everything in it is hostile until read.</summary>
internal static class ResponseInspector
{
    public static InspectedResponse Inspect(byte[]? reply, CacheQuestion question, RebindPolicy rebind)
    {
        if (reply is null || reply.Length < MessageHeader.Size)
            return InspectedResponse.Bad(ResponseVerdict.Malformed);
        if (MessageHeader.QuestionCount(reply) == 0)
            return InspectedResponse.Bad(ResponseVerdict.Failure) with { Code = MessageHeader.ResponseCode(reply) };
        if (reply.Length < question.QuestionEnd || MessageHeader.QuestionCount(reply) != 1)
            return InspectedResponse.Bad(ResponseVerdict.Malformed);

        // Names in RDATA may be compressed against the question: its random letter case must not show in them.
        Span<byte> mixed = stackalloc byte[DnsName.MaxLength];
        mixed = mixed[..question.Name.Length];
        reply.AsSpan(MessageHeader.Size, mixed.Length).CopyTo(mixed);
        question.Name.CopyTo(reply.AsSpan(MessageHeader.Size));
        if (ReplyRecords.Read(reply, question.QuestionEnd) is not { } records)
            return InspectedResponse.Bad(ResponseVerdict.Malformed);

        var code = (ResponseCode)((int)MessageHeader.ResponseCode(reply) | (int)((records.Opt?.Ttl >> 24 ?? 0) << 4));
        var options = records.Opt is { } opt ? ExtendedErrors.Select(reply.AsSpan(opt.DataOffset, opt.DataLength)) : [];
        if (code is not (ResponseCode.NoError or ResponseCode.NameError))
            return new InspectedResponse(ResponseVerdict.Failure, EmptyMessage(reply, question), code, options, records.Opt is not null);

        var chain = new AliasChain();
        var verdict = chain.Follow(records, question);
        if (verdict != ResponseVerdict.Usable)
            return InspectedResponse.Bad(verdict);

        var filter = new RecordFilter(records, chain, question, rebind);
        filter.Apply();
        if (filter.Blocked is null && AllAnswersDropped(records))
        {
            // The name asked for, with another type than asked for: an upstream that has none of it says so clumsily.
            if (filter.HasUnreadableAnswer)
                return InspectedResponse.Bad(ResponseVerdict.Malformed);
            if (!filter.HasOtherType)
                return InspectedResponse.Bad(ResponseVerdict.Unrelated);
        }

        if (filter.Blocked is { } address)
            options = [.. options, .. ExtendedErrors.Write(EdeCode.Blocked, BlockedText(address, question))];

        UnmixOwners(records, question, mixed);
        var isWhole = filter.Dropped == 0 && !filter.MustUnpack && chain.Implied.Count == 0;
        var message = isWhole ? WithoutOpt(records, question) : MessageRewriter.Rewrite(records, question, chain.Implied);
        return message is null
            ? InspectedResponse.Bad(ResponseVerdict.Malformed)
            : new InspectedResponse(ResponseVerdict.Usable, message, code, options, records.Opt is not null, filter.Blocked, filter.DroppedTtl, Continuation(records, chain, question, code));
    }

    // 0.0.0.0 and :: are how blocking resolvers say that they do not want a name to be reached.
    public static string BlockedText(IPAddress address, CacheQuestion question) => SpecialRanges.IsUnspecified(address)
        ? $"the name is blocked by the upstream, which answers {address}"
        : $"private address {address} in a public answer; allow it with --rebind-exempt {DnsName.ToText(question.Name)}";

    // RFC 1034 §3.6.2: stubs expect the address, not the way to it. A SOA says that there is none (RFC 2308 §2.2).
    private static byte[]? Continuation(ReplyRecords records, AliasChain chain, CacheQuestion question, ResponseCode code)
    {
        if (code != ResponseCode.NoError || chain.Target is not { } target)
            return null;
        foreach (ref var record in records.Records)
        {
            if (record.Section == Section.Authority && record.View.Type == RecordType.Soa)
                return null;
            if (record.Section == Section.Answer && record.View.Type == question.Type && records.Owner(record).SequenceEqual(target))
                return null;
        }

        return target;
    }

    private static bool AllAnswersDropped(ReplyRecords records)
    {
        var answers = 0;
        foreach (ref var record in records.Records)
        {
            if (record.Section != Section.Answer)
                continue;
            if (record.Kept)
                return false;
            answers++;
        }

        return answers > 0;
    }

    // Names of ours with random letter case come back in the answer; where they are not compressed to the question,
    // which is written anew for each asker, they would show.
    private static void UnmixOwners(ReplyRecords records, CacheQuestion question, ReadOnlySpan<byte> mixed)
    {
        if (mixed.SequenceEqual(question.Name))
            return;
        foreach (ref var record in records.Records)
        {
            var start = record.View.NameOffset;
            if (records.Message.Length - start < mixed.Length || !records.Message.AsSpan(start, mixed.Length).SequenceEqual(mixed))
                continue;
            question.Name.CopyTo(records.Message.AsSpan(start));
        }
    }

    private static byte[]? WithoutOpt(ReplyRecords records, CacheQuestion question)
    {
        // OPT is last almost always; cut from the middle, it would leave pointers behind it wrong.
        if (records.Opt is { } opt && opt.End != records.End)
            return MessageRewriter.Rewrite(records, question, []);
        var message = records.Message.AsSpan(0, records.Opt?.NameOffset ?? records.End).ToArray();
        if (records.Opt is not null)
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)(MessageHeader.AdditionalCount(message) - 1));
        return message;
    }

    private static byte[] EmptyMessage(byte[] reply, CacheQuestion question)
    {
        var message = reply.AsSpan(0, question.QuestionEnd).ToArray();
        MessageHeader.SetCounts(message, 1, 0, 0, 0);
        return message;
    }
}
