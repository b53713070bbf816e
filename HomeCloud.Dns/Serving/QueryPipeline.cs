using System.Runtime.CompilerServices;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Serving.Designation;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// What becomes of a query, on one page: who may ask → is it a query we understand → our zones → own names under public domains → special-use names → cache
/// and upstream. An answer inside our zones is final. From bytes to bytes, without a socket.
/// </summary>
/// <remarks>What few queries need stays in methods of its own: inlined, each would lay out, and clear, its reply in the stack frame of every query.</remarks>
public sealed class QueryPipeline : IQueryHandler, IZoneTransfer
{
    private static readonly byte[] HomeArpa = DnsName.Parse("home.arpa");

    private readonly ZoneCatalog _catalog;
    private readonly IForwarding _forwarding;
    private readonly AccessControl _access;
    private readonly RateLimiter _limiter;
    private readonly EdnsResponder _edns;
    private readonly SpecialNames _specialNames;
    private readonly SpecialNameAnswer _special;
    private readonly DesignationAnswer? _designation;
    private readonly SingleLabelAnswer _singleLabels;
    private readonly IZoneSourceStatus _status;
    private readonly ChaosAnswer _chaos;
    private readonly TransferAnswer _transfer;
    private volatile OwnNames? _ownNames;
    private readonly OwnNameAnswer _ownNameAnswer;
    private readonly ISleepingNames? _sleepers;
    private readonly IUpdates? _updates;
    private readonly HeldAnswers _held;
    private readonly HeldAnswers.Answer _answerHeld;

    /// <param name="aboutThisMachine">More lines of <c>check.home</c>.</param>
    /// <param name="sleepers">Wakes servers; null where nobody does.</param>
    /// <param name="clock">As the transport's.</param>
    /// <param name="designated">What devices may be told of encrypted DNS; null: nothing.</param>
    /// <param name="updates">Takes UPDATE messages; null where nobody does.</param>
    public QueryPipeline(
        ServingOptions options,
        ZoneCatalog catalog,
        IForwarding forwarding,
        IZoneSourceStatus status,
        AccessControl access,
        EdnsResponder edns,
        TimeProvider time,
        Func<IEnumerable<string>>? aboutThisMachine = null,
        ISleepingNames? sleepers = null,
        ServingClock? clock = null,
        DesignatedResolvers? designated = null,
        IUpdates? updates = null)
    {
        _catalog = catalog;
        _forwarding = forwarding;
        _access = access;
        _edns = edns;
        _limiter = new RateLimiter(options.RateLimit);
        Authoritative = new AuthoritativeAnswer(catalog, edns, new SelfAnswer(forwarding, status, aboutThisMachine), new NegativeExplanation(options.Suggestions, time), status);
        _specialNames = new SpecialNames(options.KeepClients);
        _special = new SpecialNameAnswer(edns);
        _designation = designated is null ? null : new DesignationAnswer(designated, _special, edns);
        _singleLabels = new SingleLabelAnswer(catalog, Authoritative, _special, status);
        _status = status;
        _chaos = new ChaosAnswer(edns, options);
        _transfer = new TransferAnswer(catalog, access, edns);
        ApplyLocalNames(options);
        _ownNameAnswer = new OwnNameAnswer(catalog, edns, status);
        _sleepers = sleepers;
        _updates = updates;
        _held = new HeldAnswers(time, clock ?? ServingClock.System);
        _answerHeld = AnswerHeld;
    }

    /// <summary>Writes the answers about our own names; a benchmark measures it by itself.</summary>
    internal AuthoritativeAnswer Authoritative { get; }

    /// <summary>Takes valid names of <c>--local</c>, and those of zone files under public domains, in place of those before.</summary>
    public void ApplyLocalNames(ServingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] zones = [DnsName.ToText(_catalog.PrimaryOrigin), .. _catalog.ForwardZones.Select(zone => DnsName.ToText(zone.Origin))];
        _ownNames = OwnNames.From(options.LocalNames, zones, options.ZoneFiles.Content);
    }

    /// <summary>Whether <c>--local</c> or a zone file says what this folded name means here.</summary>
    public bool HasOwnName(ReadOnlySpan<byte> foldedName) => _ownNames?.TryFind(foldedName, out _) == true;

    [SkipLocalsInit]
    public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
    {
        responseLength = 0;
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var parsed = ParsedQuery.TryRead(buffer[..queryLength], name, out var query);
        if (parsed == QueryParseResult.NotAQuery)
            return Disposition.Dropped;
        if (context.Transport == QueryTransport.Udp
            && _limiter.Count(context.Client, context.NowMilliseconds) is var verdict and not RateVerdict.Answer
            && Limit(buffer, verdict, query, context, ref responseLength) is { } limited)
        {
            return limited;
        }

        if (!_access.MayAsk(context.Client))
            return AnswerStranger(buffer, parsed, query, context, out responseLength);
        if (parsed == QueryParseResult.FormatError)
            return Finish(buffer, query, context, ResponseCode.FormatError, out responseLength);
        if (query.Opcode != Opcode.Query)
            return AnswerOtherOpcode(buffer, queryLength, query, context, out responseLength);
        if (_updates is not null && AnswerSigned(buffer, queryLength, query, context, out responseLength) is { } signed)
            return signed;
        if (query.Edns.Version != 0)
            return Finish(buffer, query, context, ResponseCode.BadVersion, out responseLength);
        if (query.QuestionCount == 0)
            return Finish(buffer, query, context, ResponseCode.NoError, out responseLength);
        if (query.Class != RecordClass.Internet)
            return AnswerOtherClass(buffer, query, context, out responseLength);
        if (query.Type is >= RecordType.Tkey and < RecordType.Any or RecordType.Opt)
            return AnswerMetaType(buffer, query, context, out responseLength);
        if (_catalog.HasSleepers && TryHold(buffer[..queryLength], query, context))
            return Disposition.Deferred;
        return Resolve(buffer, query, context, out responseLength);
    }

    public ITransferMessages? TryBegin(ReadOnlySpan<byte> query, scoped in QueryContext context) => _transfer.TryBegin(query, context);

    private Disposition Resolve(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
    {
        var result = _catalog.Lookup(query.Name, query.Type, out var match);
        if (result != LookupResult.NotOurs && !BelongsElsewhere(query, result, match))
        {
            responseLength = Authoritative.Answer(buffer, query, context, result, match);
            return Disposition.Answered;
        }

        if (_ownNames is { } ownNames && (result == LookupResult.NotOurs || match.Zone.IsReverse) && ownNames.TryFind(query.Name, out var own) && !IsOfTheDomain(query.Type, own))
        {
            responseLength = _ownNameAnswer.Answer(buffer, query, context, ownNames, own);
            return Disposition.Answered;
        }

        if (result == LookupResult.NotOurs
            && _specialNames.TryFind(query.Name, out var kind, out var above)
            && !IsDelegationOfHomeArpa(query)
            && !_forwarding.HasRuleFor(query.Name))
        {
            responseLength = kind == SpecialNameKind.NoData && _designation is { } designation
                ? designation.Answer(buffer, query, context, above)
                : _special.Answer(buffer, query, context, kind, above);
            return Disposition.Answered;
        }

        if (result == LookupResult.NotOurs && SingleLabelAnswer.Concerns(query) && !_forwarding.HasRuleFor(query.Name))
        {
            responseLength = _singleLabels.Answer(buffer, query, context);
            return Disposition.Answered;
        }

        return _forwarding.Resolve(buffer, query, context, out responseLength);
    }

    // A name of ours may be where a public zone begins. Who validates needs that zone's keys for the names that stay outside (RFC 4035 §5).
    private static bool IsOfTheDomain(RecordType type, OwnName own) => type is RecordType.Ds or RecordType.Dnskey && !own.TryFind(type, out _);

    // Any caller that asks where a sleeping server is wakes it, and hears its address when it is there. With RD clear a person looks at
    // what is known (dig +norecurse), and wakes nobody.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryHold(ReadOnlySpan<byte> message, scoped in ParsedQuery query, scoped in QueryContext context)
    {
        if (_sleepers is null
            || query.Type is not (RecordType.A or RecordType.Aaaa or RecordType.Https or RecordType.Svcb or RecordType.Srv)
            || (query.Flags & HeaderFlags.RecursionDesired) == 0)
        {
            return false;
        }

        Span<byte> qualified = stackalloc byte[SingleLabelAnswer.QualifiedLength];
        var result = _catalog.Lookup(query.Name, query.Type, out var match);
        if (result == LookupResult.NotOurs && SingleLabelAnswer.Concerns(query) && !_forwarding.HasRuleFor(query.Name))
            result = _singleLabels.Lookup(query, qualified, out match);
        for (var step = 0; result == LookupResult.Cname && step < AuthoritativeAnswer.MaxAliases; step++)
            result = ZoneCatalog.LookupRelative(match.Set.Records[RecordSetView.RecordHeaderSize..], query.Type, ref match);
        if (result is not (LookupResult.Answer or LookupResult.NoData) || match.Node.Kind != NodeKind.Sleeping || _sleepers.Call(match.Node.Name, context.Client, query.Type) is not { } call)
            return false;

        // That there is no such record is true now as later.
        return result == LookupResult.Answer && _held.TryHold(message, context, call, _answerHeld);
    }

    private int AnswerHeld(Span<byte> buffer, int queryLength, scoped in QueryContext context, string? problem)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        if (ParsedQuery.TryRead(buffer[..queryLength], name, out var query) != QueryParseResult.Query)
            return 0;
        if (problem is not null && _catalog.Lookup(query.Name, query.Type, out var match) == LookupResult.Answer)
            return Authoritative.AnswerWithNote(buffer, query, context, match, problem);
        return Resolve(buffer, query, context, out var length) == Disposition.Answered ? length : 0;
    }

    // What we do not know in our zones goes to whom a rule names: reverse zones share their network with others (the router's
    // DHCP clients), and some routers use .home themselves. A rule for a zone above ours does not mean ours. A zone file may
    // have the address that no name has. And only arpa's servers can prove that home.arpa is unsigned.
    private bool BelongsElsewhere(scoped in ParsedQuery query, LookupResult result, scoped in ZoneMatch match) =>
        (result is LookupResult.NxDomain && _status.IsReady && _forwarding.HasRuleFor(query.Name, match.Zone.IsReverse ? 0 : match.Zone.Origin.Length))
        || (result is LookupResult.NxDomain && match.Zone.IsReverse && HasOwnName(query.Name))
        || IsDelegationOfHomeArpa(query);

    // RFC 8375 §4: DS of home.arpa is the one question about it that must reach the public DNS.
    private static bool IsDelegationOfHomeArpa(scoped in ParsedQuery query) =>
        query.Type == RecordType.Ds && query.Name.SequenceEqual(HomeArpa);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition? Limit(Span<byte> buffer, RateVerdict verdict, scoped in ParsedQuery query, scoped in QueryContext context, ref int responseLength)
    {
        if (_edns.HasValidCookie(query.Edns, context.Client, context.NowMilliseconds))
            return null;
        if (verdict == RateVerdict.Drop)
            return Disposition.Dropped;
        Reply.Begin(buffer, query, context, _edns, out var reply);
        responseLength = reply.FinishTruncated(HeaderFlags.None);
        return Disposition.Answered;
    }

    // Zones that are delegated to us are there for the whole world, and hold nothing of the home.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition AnswerStranger(Span<byte> buffer, QueryParseResult parsed, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
    {
        var isData = parsed == QueryParseResult.Query && query is { Opcode: Opcode.Query, Edns.Version: 0, QuestionCount: 1, Class: RecordClass.Internet }
            && query.Type is not (>= RecordType.Tkey and < RecordType.Any or RecordType.Opt);
        if (!isData || _catalog.Delegated.Count == 0 || !_catalog.TryFindZone(query.Name, out var zone) || !zone.IsDelegated)
            return Refuse(buffer, query, context, "this server answers its own network only"u8, out responseLength);
        var result = _catalog.Lookup(query.Name, query.Type, out var match);
        responseLength = Authoritative.Answer(buffer, query, context, result, match);
        return Disposition.Answered;
    }

    // nsupdate signs all that it asks. Without its signature the query comes here a second time.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition? AnswerSigned(Span<byte> buffer, int queryLength, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
    {
        responseLength = 0;
        if (MessageHeader.AdditionalCount(buffer) == (query.Edns.Present ? 1 : 0))
            return null;
        _updates!.TakeSignature(buffer, ref queryLength, query, context, out var signature, out responseLength);
        if (signature is null)
            return responseLength > 0 ? Disposition.Answered : null;
        ReplyTerms.Read(query, context, out var terms);
        var most = _edns.MaxLength(terms, buffer.Length);
        var disposition = Handle(buffer, queryLength, context.With(new SignedReplies(context.Replies, signature, most)), out responseLength);
        if (disposition == Disposition.Answered)
            responseLength = signature.Sign(buffer, responseLength, most);
        return disposition;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition AnswerOtherOpcode(Span<byte> buffer, int queryLength, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength) =>
        query.Opcode == Opcode.Update && _updates is not null
            ? _updates.Handle(buffer, queryLength, query, context, out responseLength)
            : Finish(buffer, query, context, ResponseCode.NotImplemented, out responseLength);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition AnswerOtherClass(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
    {
        if (query.Class != RecordClass.Chaos)
            return Finish(buffer, query, context, ResponseCode.Refused, out responseLength);
        responseLength = _chaos.Answer(buffer, query, context);
        return Disposition.Answered;
    }

    // 249 to 254 and OPT are no types of data; of them only transfers mean something here.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition AnswerMetaType(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
    {
        // RFC 1995 §2: by UDP the SOA alone says whether a transfer is worth it.
        if (query.Type is RecordType.Ixfr && context.Transport == QueryTransport.Udp && _catalog.TryFindZone(query.Name, out var zone) && zone.Origin.Length == query.Name.Length)
            return Resolve(buffer, query, context, out responseLength);
        if (query.Type is not (RecordType.Axfr or RecordType.Ixfr))
            return Finish(buffer, query, context, ResponseCode.NotImplemented, out responseLength);
        responseLength = _transfer.Answer(buffer, query, context);
        return Disposition.Answered;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition Finish(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, ResponseCode code, out int responseLength)
    {
        Reply.Begin(buffer, query, context, _edns, out var reply);
        responseLength = reply.Finish(code, HeaderFlags.None);
        return Disposition.Answered;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Disposition Refuse(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, ReadOnlySpan<byte> why, out int responseLength)
    {
        Reply.Begin(buffer, query, context, _edns, out var reply);
        responseLength = reply.Finish(ResponseCode.Refused, HeaderFlags.None, EdeCode.Prohibited, why);
        return Disposition.Answered;
    }
}
