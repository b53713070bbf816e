using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Dns.Hosting.Options;

internal static class ZoneOptionRows
{
    public static IEnumerable<DnsOption> All =>
    [
        List("zone", "ZONE", "Zones that hold the names; PTR records use the first. Default: home. and home.arpa.", o => o.Zones.Names) with { Short = 'z' },
        Number("negative-ttl", "SECONDS", "How long clients may cache that a name does not exist. Default: 5.", (o, v) => o.Zones.NegativeTtl = v),
    ];
}
