using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Names that never leave the house, and what they mean.</summary>
internal sealed class SpecialNames
{
    private static readonly string[] Missing =
    [
        "invalid", "test",      // RFC 6761
        "local",                // RFC 6762: multicast DNS
        "onion",                // RFC 7686
        "alt",                  // RFC 9476
        "internal",             // ICANN's resolution of 29 July 2024: for private use, never delegated
        "home", "home.arpa",    // ours, or nobody's here: RFC 8375, and .home was never delegated
    ];

    // Telling browsers and phones that this network wants to be asked itself.
    private static readonly string[] Bypasses = ["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com"];

    private static readonly string[] EmptyZones =
    [
        // RFC 6303 §4.1 to §4.6 and RFC 7793
        "10.in-addr.arpa", "168.192.in-addr.arpa",
        .. Enumerable.Range(16, 16).Select(second => $"{second}.172.in-addr.arpa"),
        .. Enumerable.Range(64, 64).Select(second => $"{second}.100.in-addr.arpa"),
        "0.in-addr.arpa", "127.in-addr.arpa", "254.169.in-addr.arpa", "2.0.192.in-addr.arpa", "100.51.198.in-addr.arpa",
        "113.0.203.in-addr.arpa", "255.255.255.255.in-addr.arpa",
        $"{Zeros(32)}ip6.arpa", $"1.{Zeros(31)}ip6.arpa", "d.f.ip6.arpa", "8.e.f.ip6.arpa", "9.e.f.ip6.arpa",
        "a.e.f.ip6.arpa", "b.e.f.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa",
    ];

    private readonly Dictionary<byte[], SpecialNameKind> _names = new(NameComparer.Instance);
    private readonly Dictionary<byte[], SpecialNameKind>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <param name="keepClients">Whether names that invite clients to bypass us are special too.</param>
    public SpecialNames(bool keepClients)
    {
        Add(SpecialNameKind.Missing, Missing);
        Add(SpecialNameKind.EmptyZone, EmptyZones);
        Add(SpecialNameKind.Localhost, "localhost");
        Add(SpecialNameKind.NoData, "resolver.arpa");
        Add(SpecialNameKind.LoopbackPointer, "1.0.0.127.in-addr.arpa", $"1.{Zeros(31)}ip6.arpa");
        if (keepClients)
            Add(SpecialNameKind.Missing, Bypasses);
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Finds the nearest special name at or above a folded name.</summary>
    /// <param name="name">Folded wire form.</param>
    /// <param name="kind">What it means.</param>
    /// <param name="above">Octets of <paramref name="name"/> in front of the special name.</param>
    public bool TryFind(ReadOnlySpan<byte> name, out SpecialNameKind kind, out int above)
    {
        for (above = 0; name[above] != 0; above += name[above] + 1)
        {
            if (_lookup.TryGetValue(name[above..], out kind))
                return true;
        }

        kind = default;
        return false;
    }

    private static string Zeros(int count) => string.Concat(Enumerable.Repeat("0.", count));

    private void Add(SpecialNameKind kind, params string[] names)
    {
        foreach (var name in names)
            _names[DnsName.Parse(name)] = kind;
    }
}
