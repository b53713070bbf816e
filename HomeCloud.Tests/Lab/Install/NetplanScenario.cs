using System.Text.Json;
using HomeCloud.Lab;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>
/// The shipped netplan examples brought up by the real netplan and the real systemd-networkd on a server with one NIC, then
/// the network that `network create` proposes there: server, container and laptop reach each other as the README says.
/// </summary>
[Collection(LabCollections.OnTheirOwn)]
[Trait("Category", "Lab")]
public sealed class NetplanScenario : IAsyncLifetime
{
    private const string OwnAddress = "192.168.1.2";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private HomeLab? _lab;

    private HomeLab Lab => _lab ?? throw new InvalidOperationException("The lab is not up.");

    private Machine Server => Lab.Server.Machine;

    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await DebianPackages.EnsureAsync([("netplan", "netplan.io"), ("systemd-analyze", "systemd"), ("busybox", "busybox-static")], SilentProgress.Instance, limit.Token);
        _lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Bare }, SilentProgress.Instance, limit.Token);
        await HandOutAddressesAsync();
        // A server as it is bought: one NIC, nothing else.
        (await Server.ShellAsync("ip link del br0 && ip link del lan0 && ip addr flush dev eth0 && ip link set eth0 down")).OrFail();
    }

    public async Task DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Bridge_and_cable_let_everybody_reach_everybody()
    {
        await ApplyAsync("bridge-older", "br0");

        await ContainerOnAsync("hc-parent");

        await ReachAsync("the container", "the server by its own address", () => InBoxAsync("ping", "-c", "1", "-W", "1", OwnAddress));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_plain_nic_with_a_shim_lets_the_server_reach_its_containers()
    {
        await ApplyAsync("plain-nic", "eth0");

        await ContainerOnAsync("eth0");

        await ReachAsync("the container", "the server by the shim's address", () => InBoxAsync("ping", "-c", "1", "-W", "1", "192.168.1.52"));
    }

    private async Task ApplyAsync(string example, string carriesAddress)
    {
        // What the README has people do: copy, change the marked lines, apply. netplan try needs a running systemd; generate
        // writes the same files, and networkd is started by hand. It waits for udev unless /sys is read-only, as in containers.
        const string Copy = """
            set -e
            rm -rf /etc/netplan /etc/systemd/network && mkdir -p /etc/netplan /etc/systemd/network
            cp "$1"/netplan/* /etc/netplan/ && chmod 600 /etc/netplan/*
            cp -r "$1"/systemd-network/* /etc/systemd/network/
            sed -i "s/enp1s0/eth0/; s/52:54:00:12:34:56/$(cat /sys/class/net/eth0/address)/" /etc/netplan/*
            [ ! -d /etc/systemd/network/10-netplan-enp1s0.network.d ] || mv /etc/systemd/network/10-netplan-enp1s0.network.d /etc/systemd/network/10-netplan-eth0.network.d
            netplan generate
            mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
            chown -R systemd-network:systemd-network /run/systemd/netif
            """;
        (await Server.ShellAsync(Copy, [Path.Combine(Docs.Documents.Root(), "netplan-example", example)])).OrFail();
        var networkd = new Daemon(Server, "networkd", ["unshare", "--mount", "sh", "-c", "mount -o remount,bind,ro /sys && exec /lib/systemd/systemd-networkd"]);
        await networkd.StartAsync();
        await networkd.ReadyAsync(async () => (await Server.RunAsync(["ip", "-4", "-brief", "addr", "show", "dev", carriesAddress])).Output.Contains(OwnAddress, StringComparison.Ordinal), Patience);
    }

    private async Task ContainerOnAsync(string parent)
    {
        var made = (await Server.RunAsync([Executables.Agent, "network", "create", "--yes", "--json"])).OrFail();
        made.Error.Should().Contain($"parent={parent} ").And.Contain("--ip-range 192.168.1.64/27", "the shim's routes are for this range");
        var outcome = JsonDocument.Parse(made.Output).RootElement;
        outcome.GetProperty("made").GetBoolean().Should().BeTrue();
        outcome.GetProperty("range").GetString().Should().Be("192.168.1.64/27");
        await Lab.Server.Engine.RunBoxAsync("box");
        var box = (await Lab.Server.Engine.AddressesAsync("box"))[0].ToString();

        await ReachAsync("the laptop", "the container", () => Lab.Laptop.RunAsync(["curl", "--silent", "--max-time", "2", $"http://{box}:8080/"]));
        await ReachAsync("the server", "the container", () => Server.RunAsync(["curl", "--silent", "--max-time", "2", $"http://{box}:8080/"]));
        await ReachAsync("the container", "the laptop", () => InBoxAsync("ping", "-c", "1", "-W", "1", Lan.Laptop4));
        await ReachAsync("the laptop", "the server", () => Lab.Laptop.RunAsync(["busybox", "ping", "-c", "1", "-W", "1", OwnAddress]));
    }

    private async Task HandOutAddressesAsync()
    {
        await Lab.RouterForwarder!.EndAsync("KILL");
        var mac = (await Server.RunAsync(["cat", "/sys/class/net/eth0/address"])).OrFail().Output.Trim();
        var router = new Daemon(Lab.Router, "dhcp",
        [
            "dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--user=root", "--group=root", "--port=0", "--pid-file=", "--interface=eth0", "--bind-interfaces", "--no-ping",
            "--dhcp-range=192.168.1.100,192.168.1.249,1h", $"--dhcp-host={mac},{OwnAddress}", "--dhcp-leasefile=" + Path.Combine(Lab.Router.State, "leases"),
        ]);
        await router.StartAsync();
    }

    private Task<CommandResult> InBoxAsync(params string[] command) =>
        Command.RunAsync(["docker", "--host", Lab.Server.Engine.Endpoint, "exec", "box", .. command]);

    private static async Task ReachAsync(string who, string whom, Func<Task<CommandResult>> attempt)
    {
        var last = "";
        (await Poll.UntilAsync(async () => (await attempt()) is var result && (last = result.Text) is not null && result.Succeeded, Patience))
            .Should().BeTrue($"{who} should reach {whom}: {last}");
    }
}
