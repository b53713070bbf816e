using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Answers for special-use names, with authority: nobody in this house knows better.</summary>
internal sealed class SpecialNameAnswer(EdnsResponder edns)
{
    private const int QuestionName = MessageHeader.Size;

    // RFC 6303 §3 gives three hours; what an option may switch gets less.
    private const uint LongTtl = 10800;

    // A reverse zone that is empty now, or a name that nobody has, may be ours with the next container: nobody may remember the NXDOMAIN for hours (RFC 2308 §5 takes the smaller of this and MINIMUM).
    private const uint MomentaryTtl = 5;

    private static readonly byte[] LocalhostName = DnsName.Parse("localhost");
    private static readonly byte[] SoaData = StartOfAuthority.Data(LocalhostName, DnsName.Parse("nobody.invalid"), 1, 3600, 1200, 604_800, LongTtl);

    /// <param name="buffer">The query; the answer replaces it.</param>
    /// <param name="query">The query parsed.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="kind">What the special name means.</param>
    /// <param name="above">Octets of the QNAME in front of the special name.</param>
    /// <param name="why">For a person, beside a negative answer; null: nothing.</param>
    /// <returns>Length of the answer.</returns>
    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, SpecialNameKind kind, int above, string? why = null)
    {
        Reply.Begin(buffer, query, context, edns, out var reply);
        var positive = kind switch
        {
            SpecialNameKind.Localhost => TryWriteLoopback(ref reply.Writer, query.Type),
            SpecialNameKind.LoopbackPointer => above == 0 && TryWriteRecord(ref reply.Writer, query.Type, RecordType.Ptr, LocalhostName),
            SpecialNameKind.EmptyZone => above == 0 && (TryWriteRecord(ref reply.Writer, query.Type, RecordType.Soa, SoaData)
                || TryWriteRecord(ref reply.Writer, query.Type, RecordType.Ns, LocalhostName)),
            _ => false,
        };
        if (positive)
            return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);

        var exists = kind is SpecialNameKind.Localhost or SpecialNameKind.NoData or SpecialNameKind.NoDataNow
            || (above == 0 && kind is not (SpecialNameKind.Missing or SpecialNameKind.MissingNow));
        Span<byte> owner = stackalloc byte[2];
        RecordSetWriter.WritePointer(owner, QuestionName + above);
        var negativeTtl = kind is SpecialNameKind.EmptyZone or SpecialNameKind.MissingNow or SpecialNameKind.NoDataNow ? MomentaryTtl : LongTtl;
        return reply.Writer.TryWriteRecord(Section.Authority, owner, RecordType.Soa, RecordClass.Internet, negativeTtl, SoaData)
            ? reply.Finish(exists ? ResponseCode.NoError : ResponseCode.NameError, HeaderFlags.Authoritative, why is null ? null : EdeCode.Other, why is null ? default : Encoding.UTF8.GetBytes(why))
            : reply.FinishTruncated(HeaderFlags.Authoritative);
    }

    private static bool TryWriteLoopback(ref MessageWriter writer, RecordType asked) =>
        TryWriteRecord(ref writer, asked, RecordType.A, [127, 0, 0, 1])
        || TryWriteRecord(ref writer, asked, RecordType.Aaaa, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    private static bool TryWriteRecord(ref MessageWriter writer, RecordType asked, RecordType type, scoped ReadOnlySpan<byte> data) =>
        asked == type && writer.TryWriteRecord(Section.Answer, [0xC0, QuestionName], type, RecordClass.Internet, LongTtl, data);
}
