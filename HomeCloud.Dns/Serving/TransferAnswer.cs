using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>AXFR of our zones for those who may have it; IXFR is answered by the whole zone, which RFC 1995 §4 allows.</summary>
internal sealed class TransferAnswer(ZoneCatalog catalog, AccessControl access, EdnsResponder edns) : IZoneTransfer
{
    public ITransferMessages? TryBegin(ReadOnlySpan<byte> query, scoped in QueryContext context)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return ParsedQuery.TryRead(query, name, out var parsed) == QueryParseResult.Query
            && parsed is { QuestionCount: 1, Type: RecordType.Axfr or RecordType.Ixfr, Opcode: Opcode.Query, Class: RecordClass.Internet, Edns.Version: 0 }
            && access.MayAsk(context.Client)
            && Judge(parsed, context, out var zone) == ResponseCode.NoError
                ? Begin(query, parsed, context, zone!)
                : null;
    }

    /// <summary>The answer when it is one message: a refusal, or a zone small enough for transports that send one answer a query.</summary>
    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context)
    {
        var code = Judge(query, context, out var zone);
        if (code == ResponseCode.NoError)
        {
            using var messages = Begin(buffer, query, context, zone!);
            messages.TryWriteNext(buffer, out var length);
            if (messages.IsDone)
                return length;
            code = ResponseCode.ServerFailure;
        }

        Reply.Begin(buffer, query, context, edns, out var reply);
        return code == ResponseCode.Refused
            ? reply.Finish(code, HeaderFlags.None, EdeCode.Prohibited, "zone transfers need TCP and an address that --allow-transfer names"u8)
            : reply.Finish(code, HeaderFlags.None, code == ResponseCode.ServerFailure ? EdeCode.NotSupported : null, "the zone is too long for one message; transfer it over TCP"u8);
    }

    private TransferMessages Begin(ReadOnlySpan<byte> message, scoped in ParsedQuery query, scoped in QueryContext context, Zone zone)
    {
        ReplyTerms.Read(query, context, out var terms);
        return new TransferMessages(zone, catalog.Serial.Current(context.NowMilliseconds), message[..query.QuestionEnd], terms, edns);
    }

    private ResponseCode Judge(scoped in ParsedQuery query, scoped in QueryContext context, out Zone? zone)
    {
        zone = null;
        if (context.Transport == QueryTransport.Udp || !access.Transfers.Contains(context.Client))
            return ResponseCode.Refused;
        return catalog.TryFindZone(query.Name, out zone) && zone.Origin.Length == query.Name.Length
            ? ResponseCode.NoError
            : ResponseCode.NotAuthoritative;
    }
}
