using System.Diagnostics.CodeAnalysis;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// What the asker's message lays down for the answer, early or late: header bits, EDNS, size, transport. A plain value of
/// numbers, so that it outlives the buffer.
/// </summary>
public struct ReplyTerms
{
    private EdnsQuery _edns;

    public ushort Id { readonly get; private set; }

    /// <summary>The query's flags as received.</summary>
    public HeaderFlags QueryFlags { readonly get; private set; }

    public QueryTransport Transport { readonly get; private set; }

    public ClientAddress Client { readonly get; private set; }

    /// <summary>When the query came, in <see cref="QueryContext.NowMilliseconds"/>.</summary>
    public long NowMilliseconds { readonly get; private set; }

    [UnscopedRef]
    public readonly ref readonly EdnsQuery Edns => ref _edns;

    /// <param name="query">The query parsed.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="terms">Filled in place: it is large, and made for every query.</param>
    public static void Read(scoped in ParsedQuery query, scoped in QueryContext context, out ReplyTerms terms)
    {
        terms = default;
        terms.Id = query.Id;
        terms.QueryFlags = query.Flags;
        terms._edns = query.Edns;
        terms.Client = context.Client;
        terms.Transport = context.Transport;
        terms.NowMilliseconds = context.NowMilliseconds;
    }

    /// <summary>Flags of any answer: QR, the opcode, RD and CD as asked (RFC 1035 §4.1.1, RFC 4035 §3.2.2), RA; Z is 0 and AD is for validating resolvers.</summary>
    public readonly HeaderFlags ResponseFlags =>
        HeaderFlags.Response | HeaderFlags.RecursionAvailable
        | (QueryFlags & (HeaderFlags.OpcodeMask | HeaderFlags.RecursionDesired | HeaderFlags.CheckingDisabled));
}
