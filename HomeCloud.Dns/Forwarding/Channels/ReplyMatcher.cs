using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>Compares a message with the query that it claims to answer. The socket has matched address and port already.</summary>
internal static class ReplyMatcher
{
    public static ReplyMatch Check(ReadOnlySpan<byte> query, ReadOnlySpan<byte> reply, bool exactCase)
    {
        if (reply.Length < MessageHeader.Size || MessageHeader.Id(reply) != MessageHeader.Id(query))
            return ReplyMatch.Mismatch;
        var flags = MessageHeader.Flags(reply);
        if ((flags & HeaderFlags.Response) == 0 || (flags & HeaderFlags.OpcodeMask) != 0)
            return ReplyMatch.Mismatch;
        if (MessageHeader.QuestionCount(reply) == 0)
        {
            var error = MessageHeader.ResponseCode(reply) is ResponseCode.FormatError or ResponseCode.NotImplemented or ResponseCode.ServerFailure or ResponseCode.Refused;
            return error ? ReplyMatch.ErrorWithoutQuestion : ReplyMatch.Mismatch;
        }

        if (MessageHeader.QuestionCount(reply) != 1)
            return ReplyMatch.Mismatch;
        var nameLength = DnsName.Measure(query[MessageHeader.Size..]);
        var end = MessageHeader.Size + nameLength + 4;
        if (reply.Length < end)
            return ReplyMatch.Mismatch;
        var asked = query[MessageHeader.Size..end];
        var repeated = reply[MessageHeader.Size..end];
        if (asked.SequenceEqual(repeated))
            return ReplyMatch.Match;
        var sameQuestion = asked[nameLength..].SequenceEqual(repeated[nameLength..])
            && DnsName.EqualsIgnoreCase(asked[..nameLength], repeated[..nameLength]);
        if (!sameQuestion)
            return ReplyMatch.Mismatch;
        return exactCase ? ReplyMatch.CaseDiffers : ReplyMatch.Match;
    }
}

/// <summary>Whether a message answers our query (RFC 5452 §9.1).</summary>
internal enum ReplyMatch
{
    /// <summary>Another id, another question, or no response at all.</summary>
    Mismatch,

    Match,

    /// <summary>The question differs in letter case only: a forger who did not know it, or an upstream that changes case.</summary>
    CaseDiffers,

    /// <summary>An error from a server that did not understand enough of the query to repeat its question.</summary>
    ErrorWithoutQuestion,
}
