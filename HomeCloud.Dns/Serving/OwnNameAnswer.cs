using System.Text;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Answers for <see cref="OwnNames"/>, with authority. A and AAAA are the target's, under the name that was asked; TXT says what
/// the name means. Every other type is NODATA: a public HTTPS or AAAA record beside our address would lead half of all clients
/// out of the home.
/// </summary>
internal sealed class OwnNameAnswer(ZoneCatalog catalog, EdnsResponder edns, IZoneSourceStatus status)
{
    private const uint Ttl = 60;

    // As for our zones: with the next container the name may have an address.
    private const uint NegativeTtl = 5;
    private const int MaxAliases = 8;
    private const int MaxText = 255;

    private static readonly byte[] SoaData = StartOfAuthority.Data(DnsName.Parse("localhost"), DnsName.Parse("nobody.invalid"), 1, 3600, 1200, 604_800, NegativeTtl);

    /// <param name="buffer">The query; the answer replaces it.</param>
    /// <param name="query">The query parsed.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="own">What the name means.</param>
    /// <returns>Length of the answer.</returns>
    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, OwnName own)
    {
        Reply.Begin(buffer, query, context, edns, out var reply);
        var missing = query.Type switch
        {
            RecordType.A or RecordType.Aaaa => WriteAddresses(ref reply, query, query.Type, context, own),
            RecordType.Any => WriteAny(ref reply, query, context, own),
            RecordType.Txt => WriteText(ref reply, own),
            _ => Missing.Type,
        };
        if (missing == Missing.Room)
            return reply.FinishTruncated(HeaderFlags.Authoritative);
        if (missing == Missing.Nothing)
            return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);
        if (missing != Missing.Type && !status.IsReady)
        {
            reply.Writer.Reset(query.QuestionEnd);
            return reply.Finish(ResponseCode.ServerFailure, HeaderFlags.None, EdeCode.NotReady, "names are still being loaded"u8);
        }

        return Deny(ref reply, own, missing);
    }

    private static int Deny(ref Reply reply, OwnName own, Missing missing)
    {
        if (!reply.Writer.TryWriteRecord(Section.Authority, [0xC0, RecordSetWriter.QuestionName], RecordType.Soa, RecordClass.Internet, NegativeTtl, SoaData))
            return reply.FinishTruncated(HeaderFlags.Authoritative);
        if (!reply.HasEdns)
            return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);
        var why = missing switch
        {
            Missing.Target => "that name does not exist",
            Missing.Address => "no such address",
            _ => "only addresses and TXT are answered for it",
        };
        return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative, EdeCode.Other, Encoding.ASCII.GetBytes($"local name {own.Text}: {why}"));
    }

    private Missing WriteAny(ref Reply reply, scoped in ParsedQuery query, scoped in QueryContext context, OwnName own)
    {
        var four = WriteAddresses(ref reply, query, RecordType.A, context, own);
        var six = WriteAddresses(ref reply, query, RecordType.Aaaa, context, own);
        return four is Missing.Room || six is Missing.Room ? Missing.Room : four is Missing.Nothing ? four : six;
    }

    private Missing WriteAddresses(ref Reply reply, scoped in ParsedQuery query, RecordType type, scoped in QueryContext context, OwnName own)
    {
        if (own.Alias is not null)
            return WriteTarget(ref reply, query, type, context, own.Alias);
        var data = own.Data(type);
        for (var i = 0; i < data.Length; i++)
        {
            // RFC 1794: the id is as good as a turn.
            if (!reply.Writer.TryWriteRecord(Section.Answer, [0xC0, RecordSetWriter.QuestionName], type, RecordClass.Internet, Ttl, data[(i + query.Id) % data.Length]))
                return Missing.Room;
        }

        return data.Length > 0 ? Missing.Nothing : Missing.Address;
    }

    private Missing WriteTarget(ref Reply reply, scoped in ParsedQuery query, RecordType type, scoped in QueryContext context, byte[] target)
    {
        var result = catalog.Lookup(target, type, out var match);
        for (var step = 0; result == LookupResult.Cname && step < MaxAliases; step++)
            result = ZoneCatalog.LookupRelative(match.Set.Records[RecordSetView.RecordHeaderSize..], type, ref match);
        if (result == LookupResult.Answer)
        {
            return RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, RecordSetWriter.QuestionName, match.Zone, query.Id)
                ? Missing.Nothing
                : Missing.Room;
        }

        if (result == LookupResult.NoData && match.Node.Kind >= NodeKind.ServerAddress
            && SelfAnswer.TryWriteAddress(ref reply.Writer, Section.Answer, RecordSetWriter.QuestionName, type, context.Local))
        {
            return Missing.Nothing;
        }

        return result == LookupResult.NoData ? Missing.Address : Missing.Target;
    }

    private static Missing WriteText(ref Reply reply, OwnName own)
    {
        var text = Encoding.ASCII.GetBytes($"local name {own.Text}");
        byte length = (byte)Math.Min(MaxText, text.Length);
        return reply.Writer.TryWriteRecord(Section.Answer, [0xC0, RecordSetWriter.QuestionName], RecordType.Txt, RecordClass.Internet, Ttl, [length, .. text.AsSpan(0, length)])
            ? Missing.Nothing
            : Missing.Room;
    }

    private enum Missing
    {
        Nothing,

        /// <summary>It does not fit.</summary>
        Room,

        /// <summary>The name has no records of this type, ever.</summary>
        Type,

        /// <summary>The name has no address of this family now.</summary>
        Address,

        /// <summary>What the name leads to does not exist now.</summary>
        Target,
    }
}
