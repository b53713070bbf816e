using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>Makes an upstream's response, cached or fresh, the answer to one asker: its id, its question's case, its size, its EDNS.</summary>
internal sealed class ForwardingReply(EdnsResponder edns, CacheOptions options)
{
    /// <param name="buffer">The question as asked already stands behind the header.</param>
    /// <param name="response">What to answer.</param>
    /// <param name="terms">What the asker laid down.</param>
    /// <param name="now">Monotonic milliseconds.</param>
    /// <param name="isFirst">The response came from upstream just now, for this asker among others.</param>
    /// <returns>Octets of the answer.</returns>
    public int Write(Span<byte> buffer, CachedResponse response, in ReplyTerms terms, long now, bool isFirst = false)
    {
        var length = Fit(buffer.Length, response, terms, out var truncated);
        response.CopyRecordsTo(buffer[..length], (uint)Math.Max(0, (now - response.StoredAt) / 1_000));
        EdeCode? error = response.Kind == ResponseKind.Failure && !isFirst ? EdeCode.CachedError : null;
        return Finish(buffer, length, response, terms, truncated, error, response.IsAuthentic);
    }

    /// <summary>The same past its TTL, because nothing better is to be had (RFC 8767).</summary>
    public int WriteStale(Span<byte> buffer, CachedResponse response, in ReplyTerms terms)
    {
        var length = Fit(buffer.Length, response, terms, out var truncated);
        response.CopyStaleRecordsTo(buffer[..length], (uint)options.StaleAnswerTtl);
        var error = response.Code == ResponseCode.NameError ? EdeCode.StaleNxdomainAnswer : EdeCode.StaleAnswer;

        // Its signatures may have expired since.
        return Finish(buffer, length, response, terms, truncated, error, isAuthentic: false);
    }

    /// <summary>An answer without records, with the reason.</summary>
    public int WriteError(Span<byte> buffer, int questionEnd, in ReplyTerms terms, ResponseCode code, EdeCode error, ReadOnlySpan<byte> utf8Text)
    {
        MessageHeader.SetId(buffer, terms.Id);
        MessageHeader.SetFlags(buffer, terms.ResponseFlags | (HeaderFlags)code);
        var opt = edns.Write(buffer[..edns.MaxLength(terms, buffer.Length)], questionEnd, terms, code, error, utf8Text);
        MessageHeader.SetCounts(buffer, 1, 0, 0, opt > 0 ? 1 : 0);
        return questionEnd + opt;
    }

    // RFC 2181 §9: what is merely additional may go without TC; anything else may not.
    private int Fit(int bufferLength, CachedResponse response, in ReplyTerms terms, out bool truncated)
    {
        var room = edns.MaxLength(terms, bufferLength) - edns.Reserve(terms);
        truncated = false;
        if (response.MessageLength <= room)
            return response.MessageLength;
        if (response.AdditionalStart <= room)
            return response.AdditionalStart;
        truncated = true;
        return response.QuestionEnd;
    }

    private int Finish(Span<byte> buffer, int length, CachedResponse response, in ReplyTerms terms, bool truncated, EdeCode? error, bool isAuthentic)
    {
        var code = (ushort)response.Code > 15 && !terms.Edns.Present ? ResponseCode.ServerFailure : response.Code;
        var flags = terms.ResponseFlags | (HeaderFlags)((ushort)code & 0x0F);
        if (truncated)
        {
            flags |= HeaderFlags.Truncated;
            MessageHeader.SetCounts(buffer, 1, 0, 0, 0);
        }

        // RFC 6840 §5.8: AD only for those who asked for it, by AD or by DO.
        if (isAuthentic && (terms.Edns.DnssecOk || (terms.QueryFlags & HeaderFlags.AuthenticData) != 0))
            flags |= HeaderFlags.AuthenticData;
        MessageHeader.SetId(buffer, terms.Id);
        MessageHeader.SetFlags(buffer, flags);
        var opt = edns.Write(buffer[..edns.MaxLength(terms, buffer.Length)], length, terms, code, error, default, response.Options);
        if (opt > 0)
        {
            var counted = MessageHeader.AdditionalCount(buffer) + 1;
            buffer[10] = (byte)(counted >> 8);
            buffer[11] = (byte)counted;
        }

        return length + opt;
    }
}
