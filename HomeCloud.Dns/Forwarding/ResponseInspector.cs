using System.Buffers.Binary;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Judges what an upstream sent, and takes out what was not asked for. Everything in it is hostile until read.</summary>
internal static class ResponseInspector
{
    public static InspectedResponse Inspect(byte[]? reply, CacheQuestion question, RebindPolicy rebind)
    {
        if (reply is null || reply.Length < MessageHeader.Size) return InspectedResponse.Bad(ResponseVerdict.Malformed);
        if (MessageHeader.QuestionCount(reply) == 0)
            return InspectedResponse.Bad(ResponseVerdict.Failure) with { Code = MessageHeader.ResponseCode(reply) };
        if (reply.Length < question.QuestionEnd || MessageHeader.QuestionCount(reply) != 1 || ReplyRecords.Read(reply, question.QuestionEnd) is not { } records)
            return InspectedResponse.Bad(ResponseVerdict.Malformed);

        var code = (ResponseCode)((int)MessageHeader.ResponseCode(reply) | (int)((records.Opt?.Ttl >> 24 ?? 0) << 4));
        var options = records.Opt is { } opt ? ExtendedErrors.Select(reply.AsSpan(opt.DataOffset, opt.DataLength)) : [];
        if (code is not (ResponseCode.NoError or ResponseCode.NameError))
            return new InspectedResponse(ResponseVerdict.Failure, EmptyMessage(reply, question), code, options, records.Opt is not null, 0);

        var chain = new AliasChain();
        var verdict = chain.Follow(records, question);
        if (verdict != ResponseVerdict.Usable) return InspectedResponse.Bad(verdict);

        var filter = new RecordFilter(records, chain, question, rebind);
        filter.Apply();
        if (filter.Blocked is null && AllAnswersDropped(records)) return InspectedResponse.Bad(ResponseVerdict.Unrelated);
        if (filter.Blocked is { } address)
        {
            var text = $"private address {address} in a public answer; allow it with --rebind-exempt {DnsName.ToText(question.Name)}";
            options = [.. options, .. ExtendedErrors.Write(EdeCode.Blocked, text)];
        }

        UnmixOwners(records, question);
        var message = filter.Dropped > 0 ? MessageRewriter.Rewrite(records, question) : WithoutOpt(records, question);
        return message is null
            ? InspectedResponse.Bad(ResponseVerdict.Malformed)
            : new InspectedResponse(ResponseVerdict.Usable, message, code, options, records.Opt is not null, filter.Dropped);
    }

    private static bool AllAnswersDropped(ReplyRecords records)
    {
        var answers = 0;
        foreach (ref var record in records.Records)
        {
            if (record.Section != Section.Answer) continue;
            if (record.Kept) return false;
            answers++;
        }

        return answers > 0;
    }

    // Names of ours with random letter case come back in the answer; where they are not compressed to the question,
    // which is written anew for each asker, they would show.
    private static void UnmixOwners(ReplyRecords records, CacheQuestion question)
    {
        var mixed = records.Message.AsSpan(MessageHeader.Size, question.Name.Length);
        if (mixed.SequenceEqual(question.Name)) return;
        foreach (ref var record in records.Records)
        {
            var start = record.View.NameOffset;
            if (records.Message.Length - start < mixed.Length || !records.Message.AsSpan(start, mixed.Length).SequenceEqual(mixed)) continue;
            question.Name.CopyTo(records.Message.AsSpan(start));
        }
    }

    private static byte[]? WithoutOpt(ReplyRecords records, CacheQuestion question)
    {
        // OPT is last almost always; cut from the middle, it would leave pointers behind it wrong.
        if (records.Opt is { } opt && opt.End != records.End) return MessageRewriter.Rewrite(records, question);
        var message = records.Message.AsSpan(0, records.Opt?.NameOffset ?? records.End).ToArray();
        if (records.Opt is not null) BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)(MessageHeader.AdditionalCount(message) - 1));
        return message;
    }

    private static byte[] EmptyMessage(byte[] reply, CacheQuestion question)
    {
        var message = reply.AsSpan(0, question.QuestionEnd).ToArray();
        MessageHeader.SetCounts(message, 1, 0, 0, 0);
        return message;
    }
}
