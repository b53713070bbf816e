using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Answers for names of one label, such as <c>printer</c>, which never leave the home: with what the name has in our first
/// zone, as a client with a search domain would find it, else with NXDOMAIN. No top-level domain is a host
/// (RFC 7085 §2: ICANN forbids it), and every question of this kind would tell the world what devices a home has.
/// </summary>
internal sealed class SingleLabelAnswer(ZoneCatalog catalog, AuthoritativeAnswer authoritative, SpecialNameAnswer special, IZoneSourceStatus status)
{
    public const int QualifiedLength = DnsName.MaxLength + DnsName.MaxLabelLength;

    /// <summary>False for what resolvers and validators ask of top-level domains.</summary>
    public static bool Concerns(scoped in ParsedQuery query) =>
        IsSingleLabel(query.Name) && query.Type is not (RecordType.Ns or RecordType.Soa or RecordType.Ds or RecordType.Dnskey);

    /// <param name="buffer">The query; the answer replaces it.</param>
    /// <param name="query">The query parsed.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <returns>Length of the answer.</returns>
    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context)
    {
        Span<byte> qualified = stackalloc byte[QualifiedLength];
        var result = Lookup(query, qualified, out var match);
        var isThere = result is LookupResult.Answer or LookupResult.Cname || (result == LookupResult.NoData && IsAnsweredBySelf(match.Node.Kind, query.Type));

        // While names are still being loaded it says so, and denies nothing.
        return isThere || !status.IsReady
            ? authoritative.Answer(buffer, query, context, result, match)
            : special.Answer(buffer, query, context, result == LookupResult.NoData ? SpecialNameKind.NoDataNow : SpecialNameKind.MissingNow, 0);
    }

    /// <summary>In our first zone.</summary>
    /// <param name="query">Of one label.</param>
    /// <param name="qualified">Receives the name, <see cref="QualifiedLength"/> octets.</param>
    /// <param name="match">Where it led.</param>
    public LookupResult Lookup(scoped in ParsedQuery query, scoped Span<byte> qualified, out ZoneMatch match)
    {
        var label = query.Name[..^1];
        label.CopyTo(qualified);
        catalog.PrimaryOrigin.CopyTo(qualified[label.Length..]);
        return catalog.Lookup(qualified[..(label.Length + catalog.PrimaryOrigin.Length)], query.Type, out match);
    }

    private static bool IsAnsweredBySelf(NodeKind kind, RecordType type) => kind switch
    {
        NodeKind.Check => type is RecordType.A or RecordType.Aaaa or RecordType.Txt,
        NodeKind.ServerAddress => type is RecordType.A or RecordType.Aaaa,
        _ => false,
    };

    public static bool IsSingleLabel(ReadOnlySpan<byte> foldedName) => foldedName[0] != 0 && foldedName[foldedName[0] + 1] == 0;
}
