using HomeCloud.Lab;
using HomeCloud.Lab.Machines;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>The router becomes an OpenWrt (dnsmasq) whose DHCP hands out HomeCloud's address, and the laptop gets its DNS from there.</summary>
internal static class LaptopLease
{
    private const string OnLease = """
        #!/bin/sh
        [ "$1" = bound ] || exit 0
        : >/etc/resolv.conf
        [ -z "$domain" ] || echo "search $domain" >>/etc/resolv.conf
        for server in $dns; do echo "nameserver $server" >>/etc/resolv.conf; done
        """;

    public static async Task GetAsync(HomeLab lab, string dns)
    {
        var path = Path.Combine(lab.Router.State, "openwrt.conf");
        await File.WriteAllLinesAsync(path,
        [
            "keep-in-foreground", "user=root", "group=root", "no-resolv", "no-hosts", "log-facility=-", "pid-file=", "bind-interfaces", "interface=eth0", "except-interface=lo", "cache-size=0",
            "domain-needed", "bogus-priv", "stop-dns-rebind", "rebind-domain-ok=/home/home.arpa/", "domain=home", "dhcp-range=192.168.1.100,192.168.1.249,1h", $"dhcp-leasefile={path}.leases", "no-ping",
            $"dhcp-option=6,{dns}", $"server=/home/{dns}", $"server={dns}",
        ]);
        var router = new Daemon(lab.Router, "openwrt", ["dnsmasq", "--conf-file=" + path]);
        await router.StartAsync();
        await AskAsync(lab, $"search home\nnameserver {dns}\n");
    }

    /// <summary>Asks whatever DHCP server there is, and expects to be told so.</summary>
    public static async Task AskAsync(HomeLab lab, string resolvConf)
    {
        var script = Path.Combine(lab.Laptop.State, "lease.sh");
        await File.WriteAllTextAsync(script, OnLease);
        (await lab.Laptop.ShellAsync($"chmod 755 {script} && rm -f /etc/resolv.conf && busybox udhcpc -i eth0 -n -q -f -t 10 -s {script}")).OrFail();
        (await lab.Laptop.RunAsync(["cat", "/etc/resolv.conf"])).Output.Should().Be(resolvConf);
    }
}
