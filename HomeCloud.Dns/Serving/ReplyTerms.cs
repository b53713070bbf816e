using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// What the asker's message lays down for the answer: header bits, EDNS, size, transport. A plain value of numbers,
/// so that it outlives the buffer and can be kept for a late answer.
/// </summary>
public readonly struct ReplyTerms
{
    public required ushort Id { get; init; }

    /// <summary>The query's flags as received.</summary>
    public required HeaderFlags QueryFlags { get; init; }

    public required EdnsQuery Edns { get; init; }

    public required ClientAddress Client { get; init; }

    public required QueryTransport Transport { get; init; }

    /// <summary>When the query came, in <see cref="QueryContext.NowMilliseconds"/>.</summary>
    public required long NowMilliseconds { get; init; }

    public static ReplyTerms From(scoped in ParsedQuery query, scoped in QueryContext context) => new()
    {
        Id = query.Id,
        QueryFlags = query.Flags,
        Edns = query.Edns,
        Client = context.Client,
        Transport = context.Transport,
        NowMilliseconds = context.NowMilliseconds,
    };

    /// <summary>Flags of any answer: QR, the opcode, RD and CD as asked (RFC 1035 §4.1.1, RFC 4035 §3.2.2), RA; Z is 0 and AD is for whoever validated.</summary>
    public HeaderFlags ResponseFlags => FlagsOfResponse(QueryFlags);

    /// <inheritdoc cref="ResponseFlags"/>
    public static HeaderFlags FlagsOfResponse(HeaderFlags queryFlags) =>
        HeaderFlags.Response | HeaderFlags.RecursionAvailable
        | (queryFlags & (HeaderFlags.OpcodeMask | HeaderFlags.RecursionDesired | HeaderFlags.CheckingDisabled));
}
