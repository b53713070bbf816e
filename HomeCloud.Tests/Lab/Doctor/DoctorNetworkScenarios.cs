using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Lab.Doctor;

/// <summary>Traps of engine, Docker network and LAN: each provoked, found, lifted as the doctor says, and then green.</summary>
[Collection(DoctorHomeCollection.Name)]
[Trait("Category", "Lab")]
public sealed class DoctorNetworkScenarios(DoctorHome home) : IAsyncLifetime
{
    private const int Deadline = 180_000;

    public Task InitializeAsync() => home.NoNetworkAsync();

    public Task DisposeAsync() => home.NoNetworkAsync();

    [Fact(Timeout = Deadline)]
    public Task An_engine_that_is_away() => home.TrapAsync(
        "engine", "problem", ["is the engine running?", "systemctl"],
        () => home.Lab.Server.Engine.Daemon.EndAsync(),
        async () =>
        {
            await home.Lab.Server.Engine.StartAsync();
            await home.Lab.Server.Engine.ReadyAsync();
        });

    [Fact(Timeout = Deadline)]
    public Task No_network_on_the_lan_and_network_create_makes_one() => home.TrapAsync(
        "network", "problem", ["no macvlan", "homecloud network create"],
        () => Task.CompletedTask,
        async () =>
        {
            var made = (await home.Server.RunAsync([Executables.Agent, "network", "create", "--yes"])).OrFail();
            made.Output.Should().Contain("parent lan0").And.Contain("Created the network 'lan'");
        });

    [Fact(Timeout = Deadline)]
    public async Task Network_create_answers_the_router_and_the_neighbours()
    {
        // The router's pool is where the first proposal would be, and somebody sits where the second would.
        await home.RouterAsync("dhcp-range=192.168.1.40,192.168.1.99,1h");
        await home.OnAsync(home.Lab.Laptop, "ip addr add 192.168.1.131/24 dev eth0");
        try
        {
            // The folder belongs to whoever types the next line of the guide.
            var settings = Path.Combine(home.Server.State, "guide", ".env");
            await home.OnAsync(home.Server, $"mkdir -p '{Path.GetDirectoryName(settings)}' && chown nobody:nogroup '{Path.GetDirectoryName(settings)}'");
            var made = (await home.Server.RunAsync([Executables.Agent, "network", "create", "--yes", "--env-file", settings])).OrFail().Output;

            var range = System.Net.IPNetwork.Parse(made.Split("--ip-range ")[1].Split(' ')[0]);
            range.Contains(System.Net.IPAddress.Parse("192.168.1.131")).Should().BeFalse(made);
            made.Should().Contain("Next is then:  " + Documents.Command("docs/several-machines.md", "docker compose -f compose.join.yaml up -d"), "the machine may be a second one");
            range.Contains(System.Net.IPAddress.Parse("192.168.1.45")).Should().BeFalse(made);
            await home.MustBeOkAsync("range");
            (await File.ReadAllTextAsync(settings)).Should().Contain("HOMECLOUD_DNS_ADDRESS=").And.MatchRegex("REDIS_PASSWORD=[0-9a-f]{48}").And.MatchRegex("DOCKER_GID=[0-9]+");
            File.GetUnixFileMode(settings).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (await home.Server.RunAsync(["stat", "--format", "%U:%G", settings])).OrFail().Output.Trim().Should().Be("nobody:nogroup");
            var before = await File.ReadAllTextAsync(settings);
            await home.OnAsync(home.Server, $"mv '{settings}' '{settings}.kept' && ln -s '{settings}.kept' '{settings}'");
            var refused = await home.Server.RunAsync([Executables.Agent, "network", "create", "--yes", "--env-file", settings]);
            refused.Should().Match<CommandResult>(r => r.ExitCode == 1 && r.Error.Contains("is a link"));
            (await File.ReadAllTextAsync(settings)).Should().Be(before);
        }
        finally
        {
            await home.OnAsync(home.Lab.Laptop, "ip addr del 192.168.1.131/24 dev eth0");
            await home.RouterAsync();
        }
    }

    [Fact(Timeout = Deadline)]
    public async Task A_machine_that_left_is_none_in_the_range_though_the_kernel_remembers_it()
    {
        await home.NetworkAsync();
        await home.OnAsync(home.Server, "ip neighbour replace 192.168.1.80 lladdr 02:00:00:00:00:01 dev br0 nud stale");
        await home.MustBeOkAsync("range");
    }

    [Fact(Timeout = Deadline)]
    public async Task A_parent_that_is_down_or_has_no_carrier()
    {
        await home.NetworkAsync();
        await home.TrapAsync(
            "parent", "problem", ["'lan0' is down", "ip link set lan0 up"],
            () => home.OnAsync(home.Server, "ip link set lan0 down"),
            () => home.OnAsync(home.Server, "ip link set lan0 up"));

        // The same end is up, and nobody is at the other one.
        await home.TrapAsync(
            "parent", "warning", ["'lan0' has no carrier", "Its other end is down", "ip -br link"],
            () => home.OnAsync(home.Server, "ip link set lan0-br down"),
            () => home.OnAsync(home.Server, "ip link set lan0-br up"));
    }

    [Fact(Timeout = Deadline)]
    public async Task A_parent_that_is_wifi()
    {
        await home.NetworkAsync();
        await home.TrapAsync(
            "parent", "problem", ["'lan0' is Wi-Fi", "one MAC address per station", "Connect the server by cable"],
            // The one trap that the lab has no hardware for: the kernel's list of interfaces, with the mark that wireless ones have.
            async () =>
            {
                await home.OnAsync(home.Server, "set -e; mkdir -p /run/net/lan0/wireless; for i in /sys/class/net/*; do [ $(basename $i) = lan0 ] || ln -s $(readlink -f $i) /run/net/; done; ln -s $(readlink -f /sys/class/net/lan0)/* /run/net/lan0/; mount --bind /run/net /sys/class/net");
                var refused = await home.Server.RunAsync([Executables.Agent, "network", "create", "--name", "other", "--parent", "lan0", "--yes"]);
                refused.ExitCode.Should().Be(4);
                refused.Text.Should().Contain("Wi-Fi");
            },
            () => home.OnAsync(home.Server, "umount /sys/class/net && rm -rf /run/net"));
    }

    [Fact(Timeout = Deadline)]
    public Task A_parent_that_is_a_bridge_port() => home.TrapAsync(
        "parent", "problem", ["port of the bridge 'br0'"],
        () => home.NetworkAsync("eth0"),
        async () =>
        {
            await home.NoNetworkAsync();
            (await home.Server.RunAsync([Executables.Agent, "network", "create", "--yes"])).OrFail();
        });

    [Fact(Timeout = Deadline)]
    public Task A_parent_that_keeps_the_server_from_its_containers() => home.TrapAsync(
        "host-reach", "warning", ["with its children", "hc-shim"],
        async () =>
        {
            await home.NetworkAsync("br0");
            await home.Lab.Server.Engine.RunBoxAsync("lonely");
        },
        // The shim that the doctor names, with the network's range and a free address.
        () => home.OnAsync(home.Server, "ip link add hc-shim link br0 type macvlan mode bridge && ip addr add 192.168.1.52/32 dev hc-shim && ip link set hc-shim up && ip route add 192.168.1.64/27 dev hc-shim src 192.168.1.52"))
        .ContinueWith(async scenario =>
        {
            await home.OnAsync(home.Server, "ip link del hc-shim");
            await scenario;
        }).Unwrap();

    [Fact(Timeout = Deadline)]
    public async Task A_range_inside_the_routers_pool()
    {
        await home.NetworkAsync();
        await home.TrapAsync(
            "range", "problem", ["hands out addresses inside", "DHCP pool"],
            () => home.RouterAsync("dhcp-range=192.168.1.64,192.168.1.90,1h"),
            () => home.RouterAsync("dhcp-range=192.168.1.100,192.168.1.249,1h"));
        await home.RouterAsync();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_machine_inside_the_containers_range()
    {
        await home.NetworkAsync();
        await home.TrapAsync(
            "range", "problem", ["other machines already have", "192.168.1.70", "docker network rm lan && sudo homecloud network create", "docker compose -f compose.network.yaml run --rm network &&"],
            () => home.OnAsync(home.Lab.Laptop, "ip addr add 192.168.1.70/24 dev eth0"),
            async () =>
            {
                await home.OnAsync(home.Lab.Laptop, "ip addr del 192.168.1.70/24 dev eth0");
                // The kernel believes for up to a minute that a neighbour it has just heard is still there.
                await home.OnAsync(home.Server, "ip neigh flush all");
            });
    }

    [Fact(Timeout = Deadline)]
    public async Task Port_53_taken_by_somebody_else()
    {
        await home.StopDnsAsync();
        await home.TrapAsync(
            "port-53", "problem", ["dnsmasq (pid", "disable --now dnsmasq"],
            () => home.OnAsync(home.Server, "setsid -f dnsmasq --conf-file=/dev/null --no-resolv --pid-file=/run/stranger.pid --user=root --listen-address=192.168.1.2 --bind-interfaces"),
            () => home.OnAsync(home.Server, "kill $(cat /run/stranger.pid); while ss -lun | grep -q 192.168.1.2:53; do :; done"));

        // systemd-resolved keeps to the loopback, unless this line of its configuration has it take the LAN's address too.
        using var package = await UnpackedResolved.GetAsync();
        var resolved = new Daemon(home.Server, "resolved", ["sh", "-c", package.Start]);
        try
        {
            await home.OnAsync(home.Server, $"mkdir -p /etc/systemd /run/systemd && echo '{UnpackedResolved.User}' >>/etc/passwd && echo '{UnpackedResolved.Group}' >>/etc/group");
            await home.TrapAsync(
                "port-53", "problem", ["systemd-resolve", "on 192.168.1.2", "remove DNSStubListenerExtra="],
                () => RestartAsync(resolved, "DNSStubListenerExtra=192.168.1.2"),
                () => RestartAsync(resolved, ""));
        }
        finally
        {
            await resolved.EndAsync();
            await home.OnAsync(home.Server, "rm -f /etc/systemd/resolved.conf");
        }

        await home.StartDnsAsync();
    }

    private async Task RestartAsync(Daemon resolved, string line)
    {
        await resolved.EndAsync();
        await home.OnAsync(home.Server, $"printf '[Resolve]\\nDNS=192.168.1.1\\nLLMNR=no\\nMulticastDNS=no\\n{line}\\n' >/etc/systemd/resolved.conf");
        await resolved.StartAsync();
        await resolved.ReadyAsync(async () => (await home.Server.ShellAsync("ss -lun | grep -q 127.0.0.53")).Succeeded, TimeSpan.FromSeconds(30));
    }
}
