namespace HomeCloud.Dns.Wire;

/// <summary>
/// A query as far as a server needs it. Spans point into the received message and into the caller's name
/// buffer; numbers stay valid when the message is overwritten by its answer.
/// </summary>
public readonly ref struct ParsedQuery
{
    public ushort Id { get; init; }

    public HeaderFlags Flags { get; init; }

    public Opcode Opcode => MessageHeader.Opcode(Flags);

    /// <summary>QDCOUNT: 1, or 0 in a request for a server cookie (RFC 7873 §5.4). Other counts are format errors (RFC 9619).</summary>
    public int QuestionCount { get; init; }

    /// <summary>QNAME in wire form, folded, in the caller's buffer. Empty without a question.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    public RecordType Type { get; init; }

    public RecordClass Class { get; init; }

    /// <summary>First octet behind the question section; 12 without a question. The question as asked is <c>[12..QuestionEnd]</c>.</summary>
    public int QuestionEnd { get; init; }

    public EdnsQuery Edns { get; init; }

    /// <param name="message">The datagram or frame as received.</param>
    /// <param name="nameBuffer">At least 255 octets, not overlapping the message; receives the folded QNAME.</param>
    /// <param name="query">What could be read.</param>
    public static QueryParseResult TryRead(scoped ReadOnlySpan<byte> message, Span<byte> nameBuffer, out ParsedQuery query)
    {
        query = default;
        if (message.Length < MessageHeader.Size)
            return QueryParseResult.NotAQuery;
        var flags = MessageHeader.Flags(message);
        if ((flags & HeaderFlags.Response) != 0)
            return QueryParseResult.NotAQuery;

        int questions = MessageHeader.QuestionCount(message);
        var position = MessageHeader.Size;
        var name = ReadOnlySpan<byte>.Empty;
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
                name = nameBuffer[..nameLength];
                position = end;
            }
        }

        EdnsQuery edns = default;
        if (sound && (position != message.Length || HasRecords(message)))
            sound = EdnsQuery.TryRead(message, position, out edns);

        // Made once: it is large, and made for every query.
        query = new ParsedQuery
        {
            Id = MessageHeader.Id(message),
            Flags = flags,
            QuestionCount = name.IsEmpty ? 0 : 1,
            Name = name,
            Type = name.IsEmpty ? default : (RecordType)((message[position - 4] << 8) | message[position - 3]),
            Class = name.IsEmpty ? default : (RecordClass)((message[position - 2] << 8) | message[position - 1]),
            QuestionEnd = position,
            Edns = edns,
        };
        return sound && (questions == 1 || edns.HasCookie) ? QueryParseResult.Query : QueryParseResult.FormatError;
    }

    private static bool HasRecords(ReadOnlySpan<byte> message) =>
        (MessageHeader.AnswerCount(message) | MessageHeader.AuthorityCount(message) | MessageHeader.AdditionalCount(message)) != 0;
}
