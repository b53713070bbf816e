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

    /// <summary>How long others may remember that a name does not exist (SOA MINIMUM, RFC 2308), in seconds, 0 to 86400.</summary>
    public int NegativeTtl { get; set; } = 5;

    public IReadOnlyList<string> EffectiveNames => Names.Count == 0 ? DefaultNames : [.. Names];

    public static OptionRow<ZoneOptions>[] Rows =>
    [
        List("zone", "ZONE", "Zones that hold the names; PTR records use the first. Default: home. and home.arpa.", o => o.Names, 'z'),
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

        if (NegativeTtl is < 0 or > 86400)
            problems.Add($"--negative-ttl {NegativeTtl} is out of range: choose 0 to 86400 seconds (5 suits names that come and go).");
        return problems;
    }
}
