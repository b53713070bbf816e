using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>
/// Zones that routers serve themselves, for their own page and for their DHCP clients. When an upstream in the home answers
/// for one of them with a private address, that is no attack: either nobody can register such a name, or the maker owns it.
/// </summary>
internal static class RouterNames
{
    public static IReadOnlyList<byte[]> Zones { get; } =
    [
        .. new[]
        {
            "lan.", "localdomain.",                               // OpenWrt, dnsmasq, pfSense; no top-level domains
            "fritz.box.", "speedport.ip.", "easy.box.", "o2.box.", "giga.cube.",
            "routerlogin.net.", "routerlogin.com.", "orbilogin.com.",
            "tplinkwifi.net.", "tplinkmodem.net.",
            "router.asus.com.", "asusrouter.com.", "miwifi.com.", "my.keenetic.net.", "attlocal.net.", "mabbox.bytel.fr.",
        }.Select(zone => DnsName.Parse(zone)),
    ];
}
