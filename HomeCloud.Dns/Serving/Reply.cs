using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>One answer being written over its own query: the id and the question stay where they are, byte for byte.</summary>
internal ref struct Reply
{
    private Span<byte> _message;
    private EdnsResponder _edns;
    private ReplyTerms _terms;
    private ushort _recordsStart;
    private ushort _questions;

    /// <summary>Collects the records; its limit leaves room for the OPT record.</summary>
    public MessageWriter Writer;

    /// <summary>Begins the answer to <paramref name="query"/>. No constructor, as that would make each large reply twice: once for itself and once where it belongs.</summary>
    public static void Begin(Span<byte> buffer, in ParsedQuery query, scoped in QueryContext context, EdnsResponder edns, out Reply reply)
    {
        reply = default;
        reply._edns = edns;
        ReplyTerms.Read(query, context, out reply._terms);
        reply._recordsStart = (ushort)query.QuestionEnd;
        reply._questions = (ushort)query.QuestionCount;
        reply._message = buffer[..edns.MaxLength(reply._terms, buffer.Length)];
        reply.Writer = new MessageWriter(reply._message[..^edns.Reserve(reply._terms)], query.QuestionEnd);
    }

    /// <summary>When the query came.</summary>
    public readonly long NowMilliseconds => _terms.NowMilliseconds;

    /// <summary>Whether the asker speaks EDNS, and so can be told more than an RCODE.</summary>
    public readonly bool HasEdns => _terms.Edns.Present;

    /// <summary>Ends the message.</summary>
    /// <returns>Its length.</returns>
    public int Finish(ResponseCode code, HeaderFlags extra, EdeCode? error = null, scoped ReadOnlySpan<byte> utf8Text = default)
    {
        var length = Writer.Finish(_terms.ResponseFlags | extra | (HeaderFlags)((ushort)code & 0xF), _questions);
        if (!_terms.Edns.Present)
            return length;
        var opt = _edns.Write(_message, length, _terms, code, error, utf8Text);
        if (opt > 0)
            MessageHeader.SetCounts(_message, _questions, Writer.AnswerCount, Writer.AuthorityCount, Writer.AdditionalCount + 1);
        return length + opt;
    }

    /// <summary>Ends the message without its records, which do not fit: the asker comes back by TCP (RFC 2181 §9).</summary>
    public int FinishTruncated(HeaderFlags extra)
    {
        Writer.Reset(_recordsStart);
        return Finish(ResponseCode.NoError, extra | HeaderFlags.Truncated);
    }
}
