using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>One answer being written over its own query: the id and the question stay where they are, byte for byte.</summary>
internal ref struct Reply
{
    private readonly Span<byte> _message;
    private readonly EdnsResponder _edns;
    private readonly int _recordsStart;
    private readonly int _questions;

    /// <summary>Collects the records; its limit leaves room for the OPT record.</summary>
    public MessageWriter Writer;

    public Reply(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, EdnsResponder edns)
    {
        Terms = ReplyTerms.From(query, context);
        _edns = edns;
        _recordsStart = query.QuestionEnd;
        _questions = query.QuestionCount;
        _message = buffer[..edns.MaxLength(Terms, buffer.Length)];
        Writer = new MessageWriter(_message[..^edns.Reserve(Terms)], query.QuestionEnd);
    }

    public readonly ReplyTerms Terms;

    /// <summary>Ends the message.</summary>
    /// <returns>Its length.</returns>
    public int Finish(ResponseCode code, HeaderFlags extra, EdeCode? error = null, scoped ReadOnlySpan<byte> utf8Text = default)
    {
        var length = Writer.Finish(Terms.ResponseFlags | extra | (HeaderFlags)((ushort)code & 0xF), _questions);
        if (!Terms.Edns.Present)
            return length;
        var opt = _edns.Write(_message, length, Terms, code, error, utf8Text);
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
