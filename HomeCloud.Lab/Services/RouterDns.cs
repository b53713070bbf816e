using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;

namespace HomeCloud.Lab.Services;

/// <summary>
/// The router's forwarder: a real dnsmasq, with OpenWrt's defaults where they matter to us (domainneeded, boguspriv,
/// rebind protection) and the exceptions every such router needs for HomeCloud. It keeps no cache: a caching router
/// shows a stopped container for as long as the TTL of its name, and the lab wants to see HomeCloud's own answers.
/// </summary>
internal static class RouterDns
{
    public static async Task<Daemon> PrepareAsync(Machine router, IEnumerable<string> nameservers, CancellationToken cancellationToken)
    {
        var path = Path.Combine(router.State, "dnsmasq.conf");
        string[] servers = [.. nameservers];
        IEnumerable<string> lines =
        [
            "keep-in-foreground", "user=root", "group=root", "no-resolv", "no-hosts", "no-poll", "log-facility=-",
            "pid-file=", "bind-interfaces", "interface=eth0", "except-interface=lo", "cache-size=0",
            "domain-needed", "bogus-priv", "stop-dns-rebind", "rebind-domain-ok=/home/home.arpa/",
            .. servers.Select(s => $"server={s}"),
            // Single labels and private reverse zones are what domain-needed and bogus-priv would keep to themselves.
            .. servers.Select(s => $"server=/home/home.arpa/{s}"),
            .. servers.Select(s => $"rev-server={Lan.Prefix4},{s}"),
            .. servers.Select(s => $"rev-server={Lan.Prefix6},{s}"),
        ];
        await File.WriteAllLinesAsync(path, lines, cancellationToken);
        return new(router, "dnsmasq", ["dnsmasq", "--conf-file=" + path]);
    }
}
