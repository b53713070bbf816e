using System.Text;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Answers for <see cref="OwnNames"/>, with authority. Where <c>--local</c> says where a name is, A and AAAA are the target's, under
/// the name that was asked, and TXT says what the name means. Other records come from zone files. Every other type is NODATA: a
/// public HTTPS or AAAA record beside our address would lead half of all clients out of the home.
/// </summary>
internal sealed class OwnNameAnswer(ZoneCatalog catalog, EdnsResponder edns, IZoneSourceStatus status)
{
    private const uint Ttl = 60;

    // As for our zones: with the next container the name may have an address.
    private const uint NegativeTtl = 5;
    private const int MaxText = 255;

    private static readonly byte[] SoaData = StartOfAuthority.Data(DnsName.Parse("localhost"), DnsName.Parse("nobody.invalid"), 1, 3600, 1200, 604_800, NegativeTtl);

    /// <param name="buffer">The query; the answer replaces it.</param>
    /// <param name="query">The query parsed.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="names">Where aliases lead on.</param>
    /// <param name="own">What the name means.</param>
    /// <returns>Length of the answer.</returns>
    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, OwnNames names, OwnName own)
    {
        Reply.Begin(buffer, query, context, edns, out var reply);
        Zone? zone = null;
        var missing = query.Type == RecordType.Any
            ? WriteAny(ref reply, query, context, own)
            : Write(ref reply, query, context, names, ref own, out zone);
        if (missing == Missing.Room)
            return reply.FinishTruncated(HeaderFlags.Authoritative);
        if (missing == Missing.Nothing)
            return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);
        if (missing is Missing.Target or Missing.Name or Missing.Address && !status.IsReady)
        {
            reply.Writer.Reset(query.QuestionEnd);
            return reply.Finish(ResponseCode.ServerFailure, HeaderFlags.None, EdeCode.NotReady, "names are still being loaded"u8);
        }

        return Deny(ref reply, own, zone, missing);
    }

    // The SOA is that of the zone in which the last name of a chain lies (RFC 2308 §2.2): ours, the file's, or one for the name alone.
    private int Deny(ref Reply reply, OwnName own, Zone? zone, Missing missing)
    {
        var fits = zone is not null
            ? RecordSetWriter.TryWriteWholeSoa(ref reply.Writer, Section.Authority, zone, catalog.Serial.Current(reply.NowMilliseconds))
            : own.File?.Authority is { } file
                ? reply.Writer.TryWriteRecord(Section.Authority, file.Owner, RecordType.Soa, RecordClass.Internet, file.NegativeTtl, file.Data)
                : reply.Writer.TryWriteRecord(Section.Authority, [0xC0, RecordSetWriter.QuestionName], RecordType.Soa, RecordClass.Internet, NegativeTtl, SoaData);
        if (!fits)
            return reply.FinishTruncated(HeaderFlags.Authoritative);
        var code = missing == Missing.Name ? ResponseCode.NameError : ResponseCode.NoError;
        if (!reply.HasEdns)
            return reply.Finish(code, HeaderFlags.Authoritative);
        var why = missing switch
        {
            Missing.Target or Missing.Name => "that name does not exist",
            _ when own.File is not null => "no such record",
            Missing.Address => "no such address",
            _ => "only addresses and TXT are answered for it",
        };
        return reply.Finish(code, HeaderFlags.Authoritative, EdeCode.Other, Encoding.ASCII.GetBytes($"{own.Text}: {why}"));
    }

    // RFC 8482 §4.1, as in our zones; of a line of --local both addresses are one answer.
    private Missing WriteAny(ref Reply reply, scoped in ParsedQuery query, scoped in QueryContext context, OwnName own)
    {
        if (own.Alias is not null)
        {
            var four = WriteTarget(ref reply, query, RecordType.A, context, own.Alias, RecordSetWriter.QuestionName);
            var six = WriteTarget(ref reply, query, RecordType.Aaaa, context, own.Alias, RecordSetWriter.QuestionName);
            if (four is Missing.Room || six is Missing.Room)
                return Missing.Room;
            if (own.Packed.IsEmpty)
                return four is Missing.Nothing ? four : six;
        }

        var packed = own.Packed;
        while (RecordSets.TryTake(ref packed, out var set))
        {
            var isMore = context.Transport != QueryTransport.Udp || reply.Writer.AnswerCount == 0 || (own.IsLocal && set.Type is RecordType.A or RecordType.Aaaa);
            if (isMore && !RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, set, RecordSetWriter.QuestionName, null, query.Id))
                return Missing.Room;
        }

        return Missing.Nothing;
    }

    /// <param name="reply">Receives the records.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="context">Who asked.</param>
    /// <param name="names">Where aliases lead on.</param>
    /// <param name="own">The name; then the last name of the chain of aliases.</param>
    /// <param name="zone">Ours, when the chain ended there.</param>
    private Missing Write(ref Reply reply, scoped in ParsedQuery query, scoped in QueryContext context, OwnNames names, ref OwnName own, out Zone? zone)
    {
        zone = null;
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        var owner = RecordSetWriter.QuestionName;
        for (var step = 0; step <= AuthoritativeAnswer.MaxAliases; step++)
        {
            if (own.TryFind(query.Type, out var set))
                return WriteSet(ref reply, query, names, own, set, owner);
            if (own.Alias is not null && query.Type is RecordType.A or RecordType.Aaaa)
                return WriteTarget(ref reply, query, query.Type, context, own.Alias, owner);
            if (!own.TryFind(RecordType.Cname, out set))
                break;
            var next = reply.Writer.Position + RecordSetView.RecordHeaderSize;
            if (!RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, set, owner, null))
                return Missing.Room;
            owner = next;
            var written = set.Records[RecordSetView.RecordHeaderSize..];
            DnsName.Fold(written, target);
            if (!names.TryFind(target[..written.Length], out var led))
                return Follow(ref reply, query, context, target[..written.Length], owner, out zone);
            own = led;
        }

        if (query.Type == RecordType.Txt && own.IsLocal)
            return WriteText(ref reply, own, owner);
        return own.IsLocal && query.Type is RecordType.A or RecordType.Aaaa ? Missing.Address : Missing.Type;
    }

    private Missing WriteSet(ref Reply reply, scoped in ParsedQuery query, OwnNames names, OwnName own, scoped in RecordSetView set, int owner)
    {
        var start = reply.Writer.Position;
        if (!RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, set, owner, null, query.Id))
            return Missing.Room;
        if (TargetName.IsFollowed(set.Type))
            WriteTargets(ref reply.Writer, names, own, set, start, owner);
        return Missing.Nothing;
    }

    // As for our zones: addresses of the targets, as far as they are known here and fit.
    private void WriteTargets(ref MessageWriter writer, OwnNames names, OwnName own, scoped in RecordSetView set, int start, int owner)
    {
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        var skip = RecordSetView.RecordHeaderSize + TargetName.OffsetIn(set.Type);
        var records = set.Records;
        var previous = ReadOnlySpan<byte>.Empty;
        for (var offset = start; !records.IsEmpty && offset + skip <= RecordSetWriter.LastOffset;)
        {
            var record = RecordSetView.TakeRecord(ref records);
            var written = record[skip..];
            written = written[..DnsName.Measure(written)];
            var at = offset + skip;
            offset += record.Length;
            if (written.SequenceEqual(previous))
                continue;
            previous = written;
            DnsName.Fold(written, target);
            if (written.Length == 1)
                WriteAddresses(ref writer, own, owner);
            else if (names.TryFind(target[..written.Length], out var led))
                WriteAddresses(ref writer, led, at);
            else if (catalog.Lookup(target[..written.Length], RecordType.A, out var match) is LookupResult.Answer or LookupResult.NoData)
                WriteAddresses(ref writer, match, at);
        }
    }

    private static void WriteAddresses(ref MessageWriter writer, OwnName own, int owner)
    {
        if (own.TryFind(RecordType.A, out var addresses))
            RecordSetWriter.TryWrite(ref writer, Section.Additional, addresses, owner, null);
        if (own.TryFind(RecordType.Aaaa, out addresses))
            RecordSetWriter.TryWrite(ref writer, Section.Additional, addresses, owner, null);
    }

    private static void WriteAddresses(ref MessageWriter writer, scoped in ZoneMatch match, int owner)
    {
        if (match.Node.TryFind(RecordType.A, out var addresses))
            RecordSetWriter.TryWrite(ref writer, Section.Additional, addresses, owner, match.Zone);
        if (match.Node.TryFind(RecordType.Aaaa, out addresses))
            RecordSetWriter.TryWrite(ref writer, Section.Additional, addresses, owner, match.Zone);
    }

    /// <summary>Goes on in our zones where a file's alias leads there: the aliases on the way are part of the answer.</summary>
    private Missing Follow(ref Reply reply, scoped in ParsedQuery query, scoped in QueryContext context, scoped ReadOnlySpan<byte> target, int owner, out Zone? zone)
    {
        var result = catalog.Lookup(target, query.Type, out var match);
        zone = match.Zone;
        for (var step = 0; result == LookupResult.Cname && step < AuthoritativeAnswer.MaxAliases; step++)
        {
            var next = reply.Writer.Position + RecordSetView.RecordHeaderSize;
            if (!RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, owner, match.Zone))
                return Missing.Room;
            owner = next;
            result = ZoneCatalog.LookupRelative(match.Set.Records[RecordSetView.RecordHeaderSize..], query.Type, ref match);
        }

        if (result == LookupResult.Answer)
            return RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, owner, match.Zone) ? Missing.Nothing : Missing.Room;
        if (result == LookupResult.NoData && match.Node.Kind >= NodeKind.ServerAddress && SelfAnswer.TryWriteAddress(ref reply.Writer, Section.Answer, owner, query.Type, context.Local))
            return Missing.Nothing;
        return result == LookupResult.NxDomain ? Missing.Name : Missing.Address;
    }

    /// <summary>Gives a name of <c>--local</c> the addresses of the name it leads to.</summary>
    private Missing WriteTarget(ref Reply reply, scoped in ParsedQuery query, RecordType type, scoped in QueryContext context, byte[] target, int owner)
    {
        var result = catalog.Lookup(target, type, out var match);
        for (var step = 0; result == LookupResult.Cname && step < AuthoritativeAnswer.MaxAliases; step++)
            result = ZoneCatalog.LookupRelative(match.Set.Records[RecordSetView.RecordHeaderSize..], type, ref match);
        if (result == LookupResult.Answer)
        {
            return RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, owner, match.Zone, query.Id)
                ? Missing.Nothing
                : Missing.Room;
        }

        if (result == LookupResult.NoData && match.Node.Kind >= NodeKind.ServerAddress
            && SelfAnswer.TryWriteAddress(ref reply.Writer, Section.Answer, owner, type, context.Local))
        {
            return Missing.Nothing;
        }

        return result == LookupResult.NoData ? Missing.Address : Missing.Target;
    }

    private static Missing WriteText(ref Reply reply, OwnName own, int owner)
    {
        var text = Encoding.ASCII.GetBytes(own.Text);
        byte length = (byte)Math.Min(MaxText, text.Length);
        Span<byte> pointer = stackalloc byte[2];
        RecordSetWriter.WritePointer(pointer, owner);
        return reply.Writer.TryWriteRecord(Section.Answer, pointer, RecordType.Txt, RecordClass.Internet, Ttl, [length, .. text.AsSpan(0, length)])
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

        /// <summary>An alias leads to a name of the home that does not exist now.</summary>
        Name,
    }
}
