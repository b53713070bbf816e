using HomeCloud.Net.Options;
using HomeCloud.Net.Wire;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Zones.ZoneOptions>;

namespace HomeCloud.Dns.Zones;

/// <summary>Which zones we answer for.</summary>
public sealed class ZoneOptions
{
    /// <summary>Zones that hold the registry's names; all have the same content. PTR records name the first.</summary>
    public IList<string> Names { get; } = [];

    /// <summary>What <see cref="Names"/> is when nobody sets it: the home everybody types, and the one that RFC 8375 reserves.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } = ["home.", "home.arpa."];

    /// <summary><c>--delegated-zone ZONE=SERVER</c>: zones that the public DNS delegates to this server.</summary>
    public IList<string> DelegatedNames { get; } = [];

    /// <summary>How long others may remember that a name does not exist (SOA MINIMUM, RFC 2308), in seconds, 0 to 86400.</summary>
    public int NegativeTtl { get; set; } = 5;

    public IReadOnlyList<string> EffectiveNames => Names.Count == 0 ? DefaultNames : [.. Names];

    public static OptionRow<ZoneOptions>[] Rows =>
    [
        List("zone", "ZONE", "Zones that hold the names; PTR records use the first. Default: home. and home.arpa.", o => o.Names, 'z'),
        List("delegated-zone", "ZONE=SERVER", "Zone that the public DNS delegates to this server, which is called SERVER there (acme.example.org=home.example.org). Updates fill it, and everybody may ask for it.", o => o.DelegatedNames),
        Number("negative-ttl", "SECONDS", "How long clients may cache that a name does not exist. Default: 5.", (o, v) => o.NegativeTtl = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        var problems = new List<string>();
        foreach (var name in EffectiveNames)
        {
            if (!DnsName.TryParse(name, wire, out var length) || length == 1)
                problems.Add($"--zone '{name}' is not a valid zone name (example: home. or lan.example.).");
            else if (length > 128)
                problems.Add($"--zone '{name}' is too long; names below it need space: keep it under 128 octets.");
        }

        problems.AddRange(DelegatedNames.Select((text, at) => WrongDelegation(text, DelegatedNames.Take(at))).OfType<string>());
        if (NegativeTtl is < 0 or > 86400)
            problems.Add($"--negative-ttl {NegativeTtl} is out of range: choose 0 to 86400 seconds (5 suits names that come and go).");
        return problems;
    }

    /// <summary>The delegated zones, folded, in wire form; only for valid options.</summary>
    internal IEnumerable<(byte[] Zone, byte[] Server)> Delegations() =>
        DelegatedNames.Select(text => TryParse(text, out var zone, out var server) ? (zone, server) : throw new ArgumentException($"--delegated-zone '{text}'"));

    private string? WrongDelegation(string text, IEnumerable<string> before)
    {
        if (!TryParse(text, out var zone, out var server))
            return $"--delegated-zone '{text}' is not ZONE=SERVER, each a whole name of at least two labels (example: acme.example.org=home.example.org).";
        foreach (var name in EffectiveNames)
        {
            if (DnsName.ParseFolded(name) is { } home && (DnsName.IsAtOrBelow(zone, home) || DnsName.IsAtOrBelow(home, zone)))
                return $"--delegated-zone '{text}' and our zone {name} overlap: choose a zone outside the home.";
        }

        if (DnsName.IsAtOrBelow(server, zone))
            return $"--delegated-zone '{text}' has a server whose name lies in the zone that it serves, and nobody would find its address: choose a name that your public DNS server answers.";
        return before.Any(other => TryParse(other, out var there, out _) && there.AsSpan().SequenceEqual(zone)) ? $"--delegated-zone '{text}' names the zone a second time." : null;
    }

    private static bool TryParse(string text, out byte[] zone, out byte[] server)
    {
        (zone, server) = ([], []);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && TryParseWhole(text[..equals].Trim(), out zone) && TryParseWhole(text[(equals + 1)..].Trim(), out server) && zone.Length <= 128;
    }

    private static bool TryParseWhole(string text, out byte[] name)
    {
        name = DnsName.ParseFolded(text) ?? [];
        return name.Length > 0 && DnsName.CountLabels(name) >= 2;
    }
}
