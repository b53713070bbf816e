using System.Text;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Answers from our zones, RFC 1034 §4.3.2. Allocates nothing, but for what <c>check</c> tells a person.</summary>
internal sealed class AuthoritativeAnswer(
    ZoneCatalog catalog,
    EdnsResponder edns,
    SelfAnswer self,
    NegativeExplanation explanation,
    IZoneSourceStatus status)
{
    // A chain this long is a mistake, and most likely a loop.
    public const int MaxAliases = 8;

    private uint _rotation;

    /// <param name="buffer">The query; the answer replaces it.</param>
    /// <param name="query">The query parsed.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="result">What the lookup of name and type gave.</param>
    /// <param name="match">Where it led.</param>
    /// <returns>Length of the answer.</returns>
    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, LookupResult result, scoped in ZoneMatch match)
    {
        Reply.Begin(buffer, query, context, edns, out var reply);
        if (match.RelativeLength == 0 && query.Type is RecordType.Soa or RecordType.Ns or RecordType.Ixfr)
            return AnswerApex(ref reply, query.Type, context, match.Zone);

        if (query.Type == RecordType.Any && result != LookupResult.NxDomain)
            return AnswerAny(ref reply, context, match);

        if (result == LookupResult.Answer)
        {
            var rotation = match.Set.Count > 1 ? _rotation++ : 0;
            var start = reply.Writer.Position;
            if (!RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, RecordSetWriter.QuestionName, match.Zone, rotation))
                return reply.FinishTruncated(HeaderFlags.Authoritative);
            if (TargetName.IsFollowed(query.Type))
                WriteTargets(ref reply.Writer, start, match);
            return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);
        }

        if (match.Node.Kind == NodeKind.Check && result == LookupResult.NoData && query.Type == RecordType.Txt)
        {
            return self.TryWriteCheck(ref reply.Writer, RecordSetWriter.QuestionName, context)
                ? reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative)
                : reply.FinishTruncated(HeaderFlags.Authoritative);
        }

        if (match.Node.Kind >= NodeKind.ServerAddress && result == LookupResult.NoData && AnswerSelf(ref reply.Writer, query.Type, context))
            return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);

        return result == LookupResult.Cname
            ? FollowAliases(ref reply, query, match)
            : Deny(ref reply, query, result, match, queryNameIsMissing: true);
    }

    /// <summary>The RRset asked for, and words about it (RFC 8914).</summary>
    public int AnswerWithNote(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, scoped in ZoneMatch match, string note)
    {
        Reply.Begin(buffer, query, context, edns, out var reply);
        if (!RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, RecordSetWriter.QuestionName, match.Zone, 0))
            return reply.FinishTruncated(HeaderFlags.Authoritative);
        Span<byte> text = stackalloc byte[NegativeExplanation.MaxLength];
        Encoding.UTF8.GetEncoder().Convert(note, text, flush: true, out _, out var length, out _);
        return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative, EdeCode.Other, text[..length]);
    }

    private int AnswerApex(ref Reply reply, RecordType type, scoped in QueryContext context, Zone zone)
    {
        var written = type == RecordType.Ns
            ? TryWriteNs(ref reply.Writer, zone, context)
            : RecordSetWriter.TryWriteSoa(ref reply.Writer, Section.Answer, zone, RecordSetWriter.QuestionName, catalog.Serial.Current(context.NowMilliseconds));
        return written
            ? reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative)
            : reply.FinishTruncated(HeaderFlags.Authoritative);
    }

    private static bool TryWriteNs(ref MessageWriter writer, Zone zone, scoped in QueryContext context)
    {
        var server = writer.Position + RecordSetView.RecordHeaderSize;
        if (!RecordSetWriter.TryWriteNs(ref writer, zone, RecordSetWriter.QuestionName))
            return false;

        // What the outside calls us has an address outside.
        if (!zone.IsDelegated)
            SelfAnswer.TryWriteAddress(ref writer, Section.Additional, server, context.Local.IsIPv4 ? RecordType.A : RecordType.Aaaa, context.Local);
        return true;
    }

    private static bool AnswerSelf(ref MessageWriter writer, RecordType type, scoped in QueryContext context) =>
        type is RecordType.A or RecordType.Aaaa
        && SelfAnswer.TryWriteAddress(ref writer, Section.Answer, RecordSetWriter.QuestionName, type, context.Local);

    // RFC 8482 §4.1: by UDP one RRset is enough; by TCP, where nobody can be hurt, a person gets all.
    private int AnswerAny(ref Reply reply, scoped in QueryContext context, scoped in ZoneMatch match)
    {
        var all = context.Transport != QueryTransport.Udp;
        var fits = true;
        var server = 0;
        if (match.RelativeLength == 0)
        {
            fits = RecordSetWriter.TryWriteSoa(ref reply.Writer, Section.Answer, match.Zone, RecordSetWriter.QuestionName, catalog.Serial.Current(context.NowMilliseconds));
            server = reply.Writer.Position + RecordSetView.RecordHeaderSize;
            fits = fits && (!all || RecordSetWriter.TryWriteNs(ref reply.Writer, match.Zone, RecordSetWriter.QuestionName));
        }

        var packed = match.Node.Packed;
        while (fits && (all || reply.Writer.AnswerCount == 0) && RecordSets.TryTake(ref packed, out var set))
            fits = RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, set, RecordSetWriter.QuestionName, match.Zone);

        if (fits && match.Node.Kind >= NodeKind.ServerAddress)
            AnswerSelf(ref reply.Writer, context.Local.IsIPv4 ? RecordType.A : RecordType.Aaaa, context);
        if (fits && all && server > 0 && !match.Zone.IsDelegated)
            SelfAnswer.TryWriteAddress(ref reply.Writer, Section.Additional, server, context.Local.IsIPv4 ? RecordType.A : RecordType.Aaaa, context.Local);
        if (!fits)
            return reply.FinishTruncated(HeaderFlags.Authoritative);
        return reply.Writer.AnswerCount > 0
            ? reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative)
            : FinishNegative(ref reply, ResponseCode.NoError, match.Zone, match.RelativeLength, null, default);
    }

    private int FollowAliases(ref Reply reply, scoped in ParsedQuery query, ZoneMatch match)
    {
        var owner = RecordSetWriter.QuestionName;
        for (var step = 0; step < MaxAliases; step++)
        {
            var target = match.Set.Records[RecordSetView.RecordHeaderSize..];
            var targetOffset = reply.Writer.Position + RecordSetView.RecordHeaderSize;
            if (!RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, owner, match.Zone))
                return reply.FinishTruncated(HeaderFlags.Authoritative);
            owner = targetOffset;

            switch (ZoneCatalog.LookupRelative(target, query.Type, ref match))
            {
                case LookupResult.Answer:
                    return RecordSetWriter.TryWrite(ref reply.Writer, Section.Answer, match.Set, owner, match.Zone)
                        ? reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative)
                        : reply.FinishTruncated(HeaderFlags.Authoritative);
                case LookupResult.NoData:
                    return Deny(ref reply, query, LookupResult.NoData, match, queryNameIsMissing: false);
                case LookupResult.NxDomain:
                    return Deny(ref reply, query, LookupResult.NxDomain, match, queryNameIsMissing: false);
            }
        }

        reply.Writer.Reset(query.QuestionEnd);
        return reply.Finish(ResponseCode.ServerFailure, HeaderFlags.Authoritative, EdeCode.InvalidData, "alias points to itself"u8);
    }

    private int Deny(ref Reply reply, scoped in ParsedQuery query, LookupResult result, scoped in ZoneMatch match, bool queryNameIsMissing)
    {
        if (!status.IsReady)
        {
            // What is not known yet may well exist; nobody shall remember the opposite.
            reply.Writer.Reset(query.QuestionEnd);
            return reply.Finish(ResponseCode.ServerFailure, HeaderFlags.None, EdeCode.NotReady, "names are still being loaded"u8);
        }

        var code = result == LookupResult.NoData ? ResponseCode.NoError : ResponseCode.NameError;
        return reply.HasEdns
            ? Explain(ref reply, query, result, code, match, queryNameIsMissing)
            : FinishNegative(ref reply, code, match.Zone, match.RelativeLength, null, default);
    }

    // Apart, so that only those who can be told why pay for the room that the words take.
    private int Explain(ref Reply reply, scoped in ParsedQuery query, LookupResult result, ResponseCode code, scoped in ZoneMatch match, bool queryNameIsMissing)
    {
        Span<byte> text = stackalloc byte[NegativeExplanation.MaxLength];
        var length = result == LookupResult.NoData
            ? explanation.WhyNoData(text, match.Node, query.Type)
            : queryNameIsMissing ? explanation.Suggest(text, query.Name[..match.RelativeLength], match.Zone, reply.NowMilliseconds) : 0;
        return FinishNegative(ref reply, code, match.Zone, match.RelativeLength, length > 0 ? EdeCode.Other : null, text[..length]);
    }

    private int FinishNegative(ref Reply reply, ResponseCode code, Zone zone, int relativeLength, EdeCode? error, scoped ReadOnlySpan<byte> text)
    {
        var serial = catalog.Serial.Current(reply.NowMilliseconds);
        return RecordSetWriter.TryWriteSoa(ref reply.Writer, Section.Authority, zone, RecordSetWriter.QuestionName + relativeLength, serial)
            ? reply.Finish(code, HeaderFlags.Authoritative, error, text)
            : reply.FinishTruncated(HeaderFlags.Authoritative);
    }

    // RFC 2782, RFC 1035 §3.3.9, RFC 9460 §4.1: addresses of the targets, as far as they fit; a client can still ask for them.
    private void WriteTargets(ref MessageWriter writer, int start, scoped in ZoneMatch match)
    {
        var skip = RecordSetView.RecordHeaderSize + TargetName.OffsetIn(match.Set.Type);
        var origin = match.Set.EndsInRelativeName ? match.Zone.Origin : default;
        var records = match.Set.Records;
        var offset = start;
        var previous = ReadOnlySpan<byte>.Empty;
        while (!records.IsEmpty)
        {
            var record = RecordSetView.TakeRecord(ref records);
            var target = record[skip..];
            var nameOffset = offset + skip;
            offset += record.Length + origin.Length;
            if (nameOffset > RecordSetWriter.LastOffset)
                return;
            if (target.SequenceEqual(previous))
                continue;
            previous = target;
            if (!origin.IsEmpty && match.Zone.TryFind(target, out var node))
                WriteAddresses(ref writer, node, nameOffset, match.Zone);
            else if (origin.IsEmpty)
                WriteWholeTarget(ref writer, target[..DnsName.Measure(target)], nameOffset, match);
        }
    }

    private void WriteWholeTarget(ref MessageWriter writer, scoped ReadOnlySpan<byte> target, int nameOffset, scoped in ZoneMatch match)
    {
        // The root stands for the owner itself, RFC 9460 §2.5.2.
        if (target.Length == 1)
        {
            WriteAddresses(ref writer, match.Node, RecordSetWriter.QuestionName, match.Zone);
            return;
        }

        Span<byte> folded = stackalloc byte[DnsName.MaxLength];
        DnsName.Fold(target, folded);
        if (catalog.TryFindZone(folded[..target.Length], out var zone) && zone.TryFind(folded[..(target.Length - zone.Origin.Length)], out var node))
            WriteAddresses(ref writer, node, nameOffset, zone);
    }

    private static void WriteAddresses(ref MessageWriter writer, in ZoneNode node, int nameOffset, Zone zone)
    {
        if (node.TryFind(RecordType.A, out var addresses))
            RecordSetWriter.TryWrite(ref writer, Section.Additional, addresses, nameOffset, zone);
        if (node.TryFind(RecordType.Aaaa, out addresses))
            RecordSetWriter.TryWrite(ref writer, Section.Additional, addresses, nameOffset, zone);
    }
}
