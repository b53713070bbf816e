using System.Diagnostics.CodeAnalysis;

namespace HomeCloud.Net.Wire;

/// <summary>
/// A query as far as a server needs it. Spans point into the received message and into the caller's name
/// buffer; numbers stay valid when the message is overwritten by its answer.
/// </summary>
public ref struct ParsedQuery
{
    private EdnsQuery _edns;

    public ushort Id { readonly get; private set; }

    public HeaderFlags Flags { readonly get; private set; }

    public readonly Opcode Opcode => MessageHeader.Opcode(Flags);

    /// <summary>QDCOUNT: 1, or 0 in a request for a server cookie (RFC 7873 §5.4). Other counts are format errors (RFC 9619).</summary>
    public int QuestionCount { readonly get; private set; }

    /// <summary>QNAME in wire form, folded, in the caller's buffer. Empty without a question.</summary>
    public ReadOnlySpan<byte> Name { readonly get; private set; }

    public RecordType Type { readonly get; private set; }

    public RecordClass Class { readonly get; private set; }

    /// <summary>First octet behind the question section; 12 without a question. The question as asked is <c>[12..QuestionEnd]</c>.</summary>
    public int QuestionEnd { readonly get; private set; }

    [UnscopedRef]
    public readonly ref readonly EdnsQuery Edns => ref _edns;

    /// <param name="message">The datagram or frame as received.</param>
    /// <param name="nameBuffer">At least 255 octets, not overlapping the message; receives the folded QNAME.</param>
    /// <param name="query">What could be read. Filled in place: it is large, and made for every query.</param>
    public static QueryParseResult TryRead(scoped ReadOnlySpan<byte> message, Span<byte> nameBuffer, out ParsedQuery query)
    {
        query = default;
        if (message.Length < MessageHeader.Size)
            return QueryParseResult.NotAQuery;
        var flags = MessageHeader.Flags(message);
        if ((flags & HeaderFlags.Response) != 0)
            return QueryParseResult.NotAQuery;

        query.Id = MessageHeader.Id(message);
        query.Flags = flags;
        int questions = MessageHeader.QuestionCount(message);
        var position = MessageHeader.Size;
        var sound = questions <= 1;
        if (questions == 1)
        {
            // Nothing lies before the first name that a pointer could mean, so Measure refuses pointers.
            var nameLength = DnsName.Measure(message[position..]);
            var end = position + nameLength + 4;
            sound = nameLength != 0 && end <= message.Length;
            if (sound)
            {
                DnsName.Fold(message.Slice(position, nameLength), nameBuffer);
                position = end;
                query.QuestionCount = 1;
                query.Name = nameBuffer[..nameLength];
                query.Type = (RecordType)((message[position - 4] << 8) | message[position - 3]);
                query.Class = (RecordClass)((message[position - 2] << 8) | message[position - 1]);
            }
        }

        query.QuestionEnd = position;
        if (sound && (position != message.Length || HasRecords(message)))
            sound = EdnsQuery.TryRead(message, position, out query._edns);
        return sound && (questions == 1 || query._edns.HasCookie) ? QueryParseResult.Query : QueryParseResult.FormatError;
    }

    private static bool HasRecords(ReadOnlySpan<byte> message) =>
        (MessageHeader.AnswerCount(message) | MessageHeader.AuthorityCount(message) | MessageHeader.AdditionalCount(message)) != 0;
}

public enum QueryParseResult
{
    /// <summary>A well-formed query, of any opcode, with at most one question.</summary>
    Query,

    /// <summary>Shorter than a header, or a response: answering could start a loop, so nothing is sent.</summary>
    NotAQuery,

    /// <summary>The header can be read, the rest cannot; the query's flags and, when the question was readable, its extent are set.</summary>
    FormatError,
}
