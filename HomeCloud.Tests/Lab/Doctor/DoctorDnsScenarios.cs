using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Doctor;

/// <summary>Traps on the way from a device to us: each provoked, found, lifted as the doctor says, and then green.</summary>
[Collection(DoctorHomeCollection.Name)]
[Trait("Category", "Lab")]
public sealed class DoctorDnsScenarios(DoctorHome home) : IAsyncLifetime
{
    private const int Deadline = 180_000;

    private static readonly string OurDns = Lan.Server4(0);
    private static readonly string OtherDns = Lan.Upstream4;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await home.RouterAsync();
        await home.OnAsync(home.Server, $"printf 'nameserver {OurDns}\\nsearch home\\n' >/etc/resolv.conf");
    }

    [Fact(Timeout = Deadline)]
    public async Task The_router_hands_out_HomeCloud_and_its_server_restarts_without_an_upstream()
    {
        // As DHCP writes it before and after the router hands out HomeCloud's address.
        var conf = Path.Combine(home.Server.State, "resolv.conf");
        var kept = Path.Combine(home.Server.State, "dns", "dns-host-servers");
        await File.WriteAllTextAsync(conf, $"nameserver {Lan.Router4}\n");
        await home.StartDnsAsync(upstreams: [], "--resolv-conf", conf);
        (await Poll.UntilAsync(() => File.Exists(kept), TimeSpan.FromSeconds(30))).Should().BeTrue("the router answers");
        await File.WriteAllTextAsync(conf, $"nameserver {Lan.Server4(0)}\n");

        await home.StartDnsAsync(upstreams: [], "--resolv-conf", conf);

        var (severity, said) = await home.DoctorAsync("upstream");
        severity.Should().Be("ok", said);
        said.Should().Contain($"upstream: {Lan.Router4} (kept from before, because the host names no other server: set --upstream)");

        // A router that is a loop answers too, and is not what a home can fall back to.
        await File.WriteAllTextAsync(conf, $"nameserver {Lan.Upstream4}\n");
        await home.StartDnsAsync(upstreams: [], "--resolv-conf", conf);
        (await Poll.UntilAsync(() => File.ReadAllText(kept).Contains(Lan.Upstream4, StringComparison.Ordinal), TimeSpan.FromSeconds(30))).Should().BeTrue();
        await home.RouterAsync($"server=/homecloud-loop-check/{Lan.Server4(0)}");
        await File.WriteAllTextAsync(conf, $"nameserver {Lan.Router4}\n");
        await home.StartDnsAsync(upstreams: [], "--resolv-conf", conf);
        (await Poll.UntilAsync(async () => (await home.Server.RunAsync(["dig", "+short", "@" + Lan.Server4(0), "check.home", "TXT"])).Output.Contains("back", StringComparison.Ordinal), TimeSpan.FromSeconds(60))).Should().BeTrue();
        File.ReadAllText(kept).Should().Contain(Lan.Upstream4).And.NotContain(Lan.Router4);

        await home.StartDnsAsync();
    }

    [Fact(Timeout = Deadline)]
    public Task This_machine_asks_somebody_who_does_not_know_us() => home.TrapAsync(
        "resolv-conf", "warning", [OtherDns, "does not know .home"],
        () => home.OnAsync(home.Server, $"printf 'nameserver {OurDns}\\nnameserver {OtherDns}\\nsearch home\\n' >/etc/resolv.conf"),
        () => home.OnAsync(home.Server, $"printf 'nameserver {OurDns}\\nsearch home\\n' >/etc/resolv.conf"));

    [Fact(Timeout = Deadline)]
    public Task Single_labels_need_a_search_name() => home.TrapAsync(
        "resolv-conf", "note", ["no 'search home'", "option 15"],
        () => home.OnAsync(home.Server, $"echo 'nameserver {OurDns}' >/etc/resolv.conf"),
        () => home.OnAsync(home.Server, "echo 'search home' >>/etc/resolv.conf"));

    [Fact(Timeout = Deadline)]
    public Task The_router_hands_out_somebody_elses_dns() => home.TrapAsync(
        "router", "problem", ["hands out " + OtherDns, "6," + OurDns],
        () => home.RouterAsync("dhcp-range=192.168.1.100,192.168.1.249,1h", "dhcp-option=6," + OtherDns),
        () => home.RouterAsync("dhcp-range=192.168.1.100,192.168.1.249,1h", "dhcp-option=6," + OurDns));

    [Fact(Timeout = Deadline)]
    public Task The_routers_own_dns_does_not_ask_us() => home.TrapAsync(
        "router", "problem", [Lan.Router4, "does not ask HomeCloud"],
        () => home.RouterAsync(),
        () => home.RouterAsync($"server=/home/{OurDns}"));

    [Fact(Timeout = Deadline)]
    public Task The_router_drops_private_addresses() => home.TrapAsync(
        "rebind", "problem", ["drops private addresses", "rebind-domain-ok=/home/"],
        () => home.RouterAsync($"server=/home/{OurDns}"),
        () => home.RouterAsync($"server=/home/{OurDns}", "rebind-domain-ok=/home/"));

    [Fact(Timeout = Deadline)]
    public async Task A_name_that_the_router_owns_is_asked_elsewhere()
    {
        await home.TrapAsync(
            "router-names", "warning", ["fritz.box is the router's own name", $"\"forward\": [\"fritz.box={Lan.Router4}\"]", $"HOMECLOUD_FORWARD=fritz.box={Lan.Router4}"],
            () => home.RouterAsync("address=/fritz.box/" + Lan.Router4),
            () => home.StartDnsAsync("--forward", "fritz.box=" + Lan.Router4));

        // And without any rule where the router is the upstream.
        await home.StartDnsAsync(upstreams: [Lan.Router4 + ":53"]);
        await home.MustBeOkAsync("router-names");
        await home.StartDnsAsync();
    }

    [Fact(Timeout = Deadline)]
    public Task The_router_announces_an_ipv6_dns_that_bypasses_us() => home.TrapAsync(
        "ipv6-dns", "problem", ["announces the IPv6 DNS server " + Lan.Router6, "option6:dns-server"],
        () => home.RouterAsync("enable-ra", $"dhcp-range={Lan.Router6[..^1]},ra-stateless,64,1h", $"dhcp-option=option6:dns-server,[{Lan.Router6}]"),
        () => home.RouterAsync("enable-ra", $"dhcp-range={Lan.Router6[..^1]},ra-stateless,64,1h", $"dhcp-option=option6:dns-server,[{Lan.Server6(0)}]"));

    [Fact(Timeout = Deadline)]
    public Task Browsers_may_bypass_us() => home.TrapAsync(
        "doh-canary", "warning", ["use-application-dns.net"],
        async () =>
        {
            await home.RouterAsync("address=/use-application-dns.net/203.0.113.99");
            await home.StartDnsAsync("--keep-clients=off", "--forward", $"use-application-dns.net={Lan.Router4}");
        },
        () => home.StartDnsAsync());

    [Fact(Timeout = Deadline)]
    public Task A_validating_stub_believes_that_home_does_not_exist() => home.TrapAsync(
        "dnssec", "problem", ["DNSSEC=yes", "home.negative"],
        () => home.OnAsync(home.Server, "mkdir -p /etc/systemd && printf '[Resolve]\\nDNSSEC=yes\\n' >/etc/systemd/resolved.conf"),
        () => home.OnAsync(home.Server, "mkdir -p /etc/dnssec-trust-anchors.d && echo home | tee /etc/dnssec-trust-anchors.d/home.negative"));

    [Fact(Timeout = Deadline)]
    public Task An_upstream_does_not_pass_signatures() => home.TrapAsync(
        "dnssec", "note", ["does not validate what it is answered from outside", $"upstream {Lan.Router4} "],
        async () =>
        {
            await home.StartDnsAsync(upstreams: [Lan.Router4 + ":53"], "--dnssec", "auto");
            await home.OnAsync(home.Server, $"dig +time=5 @{OurDns} www.example.com >/dev/null");
        },
        () => home.StartDnsAsync());

    [Fact(Timeout = Deadline)]
    public Task No_upstream_answers() => home.TrapAsync(
        "upstream", "problem", ["no upstream server answers", "HOMECLOUD_UPSTREAM"],
        () => home.OnAsync(home.Lab.Router, "ip link set wan down"),
        () => home.OnAsync(home.Lab.Router, $"ip link set wan up; ip -6 addr add {Lan.Outside6}/64 dev wan nodad 2>/dev/null || true"));

    [Fact(Timeout = Deadline)]
    public async Task An_upstream_far_away_is_asked_first()
    {
        var far = $"{Lan.Router4}:{SlowUpstream.Port}";
        using var slow = new SlowUpstream(home.Lab);
        await home.TrapAsync(
            "upstream", "warning", ["an uncached name took", "nearer server first"],
            () => home.StartDnsAsync(upstreams: [far]),
            () => home.StartDnsAsync(upstreams: [Lan.Upstream4 + ":53", far]));
        await home.StartDnsAsync();
    }
}
