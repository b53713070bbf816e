using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>What differs between engines, and what people make of them beside one container on one macvlan network: the rows of docs/engines.md.</summary>
public abstract class EngineTableScenarios(LabFixture fixture) : ReconcilerOnEngine(fixture)
{
    /// <summary>A card of its own for networks that this LAN does not have: Docker before 28 refuses two macvlan networks on one.</summary>
    private const string Card = "wing0";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int Major => int.Parse(Engine.Version!.Split('.')[0], CultureInfo.InvariantCulture);

    private bool IsDocker28 => !Engine.Choice.IsPodman && Major >= 28;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await OnServerAsync($"ip link show {Card} >/dev/null 2>&1 || ip link add {Card} type veth peer name {Card}p; ip link set {Card} up; ip link set {Card}p up");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await OnServerAsync($"ip link del {Card}; ip link del lan0.50 2>/dev/null; true");
    }

    [Fact(Timeout = Limit)]
    public async Task Who_joined_a_network_is_left_behind_by_its_restart_and_told_what_to_do()
    {
        await StartAsync();
        await Engine.RunBoxAsync("airplay");
        await Engine.DockerAsync(["run", "--detach", "--name", "side", "--network", "container:airplay", BoxImage.Name, "/bin/busybox", "sleep", "1000"]);
        await Becomes("side", await AddressOf("airplay"));
        await Engine.DockerAsync(["restart", "--time", "0", "airplay"]);
        await Becomes("airplay", await AddressOf("airplay"));
        await Becomes("side", "container side lost its network when airplay restarted; restart side too");
        await Engine.DockerAsync(["restart", "--time", "0", "side"]);
        await Becomes("side", await AddressOf("airplay"));
    }

    [Fact(Timeout = Limit)]
    public async Task Of_several_LAN_networks_the_gateway_priority_decides_where_the_engine_has_one()
    {
        await StartAsync();
        await NetworkAsync("macvlan", "second", Card, "192.168.50.0/24");
        await Engine.CreateBoxAsync("dual");
        await Engine.DockerAsync(["network", "connect", .. IsDocker28 ? (string[])["--gw-priority", "5"] : [], "second", "dual"]);
        await Engine.DockerAsync(["start", "dual"]);
        await Eventually(() => Registry["dual"] is { Addresses: [var first, ..] } && first.ToString().StartsWith(IsDocker28 ? "192.168.50." : "192.168.1.", StringComparison.Ordinal), "one network is chosen");
    }

    /// <summary>
    /// Where the container's own questions leave, its name leads too: Docker takes who has both families, then the alphabet. The
    /// priority decides between networks of the same families only; the name goes by it between all.
    /// </summary>
    [Fact(Timeout = Limit)]
    public async Task Of_several_LAN_networks_the_one_with_the_default_route_is_published()
    {
        if (Engine.Choice.IsPodman)
            return; // gives a container a default route for each network
        await StartAsync();
        await NetworkAsync("macvlan", "second", Card, "192.168.50.0/24");
        await NetworkAsync("macvlan", "another", Card + "p", "192.168.51.0/24");
        await DefaultRouteIsPublishedAsync("both", "another", "lan", "second");
        await DefaultRouteIsPublishedAsync("alphabet", "second", "another");
        if (!IsDocker28)
            return;
        await DefaultRouteIsPublishedAsync("higher", "another", "second=3");
        await DefaultRouteIsPublishedAsync("lower", "another=-3", "second");
        var route = await CreateOnAsync("preferred", "lan", "second=3");
        route.Should().StartWith("192.168.1.", "Docker 28.5 gives no priority a say over a network with both families");
        await Eventually(() => Registry["preferred"]?.Addresses is [var address] && address.ToString().StartsWith("192.168.50.", StringComparison.Ordinal), "preferred is where its priority says");
    }

    private async Task DefaultRouteIsPublishedAsync(string name, params string[] networks) => await Becomes(name, await CreateOnAsync(name, networks));

    /// <summary>A container on several networks, each by its name, or as <c>NAME=PRIORITY</c>.</summary>
    /// <returns>The address on the interface of its default route.</returns>
    private async Task<string> CreateOnAsync(string name, params string[] networks)
    {
        await Engine.DockerAsync(["create", "--name", name, "--network", "none", BoxImage.Name]);
        await Engine.DockerAsync(["network", "disconnect", "none", name]);
        foreach (var network in networks.Select(network => network.Split('=')))
            await Engine.DockerAsync(["network", "connect", .. network.Length == 1 ? (string[])[] : ["--gw-priority", network[1]], network[0], name]);
        await Engine.DockerAsync(["start", name]);
        var route = await Engine.DockerAsync(["exec", name, "/bin/busybox", "ip", "-4", "route", "show", "default"]);
        var device = After("dev", route);
        return After("inet", await Engine.DockerAsync(["exec", name, "/bin/busybox", "ip", "-4", "-o", "addr", "show", "dev", device]));
    }

    private static string After(string word, string text) => text.Split(' ', '/', '\n').SkipWhile(other => other != word).Skip(1).First();

    [Fact(Timeout = Limit)]
    public async Task A_network_of_IPv6_alone_is_one_address()
    {
        if (!IsDocker28 && !Engine.Choice.IsPodman)
            return; // older engines make no network without IPv4
        await StartAsync();
        await Engine.DockerAsync(["network", "create", "--driver", "macvlan", "--opt", $"parent={Card}", .. IsDocker28 ? (string[])["--ipv4=false"] : [], "--ipv6", "--subnet", "fd99::/64", "six"]);
        await Engine.DockerAsync(["run", "--detach", "--name", "sixer", "--network", "six", BoxImage.Name]);
        await Eventually(() => Registry["sixer"] is { Addresses: [{ AddressFamily: AddressFamily.InterNetworkV6 }] }, "sixer has its IPv6 address", () => Registry["sixer"]?.ToString() ?? "nothing");
    }

    [Fact(Timeout = Limit)]
    public async Task Ipvlan_is_on_the_LAN_as_macvlan_is()
    {
        await StartAsync();
        await NetworkAsync("ipvlan", "wing", Card, "192.168.60.0/24");
        try
        {
            await Engine.DockerAsync(["run", "--detach", "--name", "winged", "--network", "wing", BoxImage.Name]);
        }
        catch (LabException refused) when (refused.Message.Contains("not supported", StringComparison.Ordinal))
        {
            return; // this machine's kernel has no ipvlan: the rule itself is held by NetworkFactsTests
        }

        await Eventually(() => Registry["winged"] is { Addresses: [var address] } && address.ToString().StartsWith("192.168.60.", StringComparison.Ordinal), "winged has its address");
    }

    /// <summary>The lab's kernel may lack VLANs; engine and agent see an interface with such a name, whatever its kind.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_VLANs_interface_is_a_parent_like_any_other()
    {
        await OnServerAsync("ip link add link lan0 name lan0.50 type vlan id 50 2>/dev/null || ip link add lan0.50 type veth peer name lan0.50p; ip link set lan0.50 up");
        await StartAsync();
        await NetworkAsync("macvlan", "vlan", "lan0.50", "192.168.52.0/24");
        await Engine.DockerAsync(["run", "--detach", "--name", "tagged", "--network", "vlan", BoxImage.Name]);
        await Eventually(() => Registry["tagged"] is { Addresses: [var address] } && address.ToString().StartsWith("192.168.52.", StringComparison.Ordinal), "tagged has its address");
    }

    [Fact(Timeout = Limit)]
    public async Task A_Swarm_service_is_one_name_for_the_tasks_that_run()
    {
        if (Engine.Choice.IsPodman)
            return; // Podman has no Swarm
        await StartAsync();
        await Engine.DockerAsync(["swarm", "init", "--advertise-addr", "127.0.0.1"]);
        try
        {
            await Engine.DockerAsync(["network", "create", "--config-only", "--subnet", "192.168.61.0/24", "--opt", $"parent={Card}", "swarm-config"]);
            await Engine.DockerAsync(["network", "create", "--driver", "macvlan", "--scope", "swarm", "--config-from", "swarm-config", "swarm"]);
            await Engine.DockerAsync(["service", "create", "--detach", "--no-resolve-image", "--name", "airplay", "--network", "swarm", "--replicas", "2", "--stop-grace-period", "1s", BoxImage.Name]);
            await Eventually(() => Registry["airplay"] is { Addresses.Length: 2 }, "airplay is both tasks", () => Registry["airplay"]?.ToString() ?? "no such name");
            await Engine.RunBoxAsync("plain");
            await Becomes("plain", await AddressOf("plain"));

            await Engine.DockerAsync(["service", "scale", "--detach", "airplay=1"]);
            await Eventually(() => Registry["airplay"] is { Addresses.Length: 1 }, "airplay is the task that is left", () => Registry["airplay"]?.ToString() ?? "no such name");
            var old = await TasksAsync();
            await Engine.DockerAsync(["service", "update", "--detach", "--force", "airplay"]);
            (await Poll.UntilAsync(async () => await TasksAsync() is [var task] && !old.Contains(task), Patience)).Should().BeTrue("the new task runs alone");
            await Becomes("airplay", await Engine.DockerAsync(["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", .. await TasksAsync()]));
            Registry.Current.Records.Values.Select(record => record.Name).Should().NotContain(name => name.StartsWith("airplay.", StringComparison.Ordinal));
            await Engine.DockerAsync(["service", "rm", "airplay"]);
            await Becomes("airplay", null);
        }
        finally
        {
            await Engine.DockerAsync(["swarm", "leave", "--force"]);
            await Poll.UntilAsync(async () => !(await Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Contains("airplay", StringComparison.Ordinal), Patience);
            await Engine.DockerAsync(["network", "rm", "swarm-config", "docker_gwbridge"]);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_engine_announces_to_nobody_is_found_by_the_next_comparison()
    {
        Options.Resync = TimeSpan.FromSeconds(1);
        await StartAsync();
        await NetworkAsync("macvlan", "second", Card, "192.168.50.0/24");
        await Engine.CreateBoxAsync("quiet");
        await Engine.DockerAsync(["network", "connect", "second", "quiet"]);
        await Eventually(() => PlacesOf("quiet") == "lan second", "the second network is seen", () => PlacesOf("quiet"));
        await Engine.DockerAsync(["network", "disconnect", "--force", "lan", "quiet"]);
        await Eventually(() => PlacesOf("quiet") == "second", "the first network is gone", () => PlacesOf("quiet"));
    }

    [Fact(Timeout = Limit)]
    public async Task Addresses_of_a_plain_container_after_a_restart_are_as_the_table_says()
    {
        await StartAsync();
        await Engine.RunBoxAsync("plain");
        var (address, mac) = (await AddressOf("plain"), await MacOf("plain"));
        await Becomes("plain", address);
        await Engine.DockerAsync(["restart", "--time", "0", "plain"]);
        await Becomes("plain", await AddressOf("plain"));
        (await AddressOf("plain") == address).Should().Be(!Engine.Choice.IsPodman, "Podman alone gives a new one");
        (await MacOf("plain") == mac).Should().Be(!Engine.Choice.IsPodman && Major < 28, "before 28 it followed from the address");
    }

    [Fact(Timeout = Limit)]
    public async Task The_doctor_finds_who_runs_without_an_address_and_whose_MAC_address_changes()
    {
        await Engine.RunBoxAsync("plain");
        var said = await DoctorAsync();
        if (IsDocker28 || Engine.Choice.IsPodman)
            said.Should().Contain($"plain ({await MacOf("plain")})").And.Contain("mac_address: " + await MacOf("plain"));
        else
            said.Should().Contain("each with an address");

        if (!IsDocker28)
            return; // others make no network without addresses
        await Engine.DockerAsync(["network", "create", "--driver", "macvlan", "--opt", $"parent={Card}", "--ipv4=false", "bare"]);
        await Engine.DockerAsync(["run", "--detach", "--name", "lost", "--network", "bare", BoxImage.Name]);
        (await DoctorAsync()).Should().Contain("container lost runs without an address on its network 'bare'");
    }

    [Fact(Timeout = Limit)]
    public async Task Images_may_be_in_containerds_store()
    {
        if (Engine.Choice.Options.Count == 0)
            return; // the others have the store that their version has by itself
        (await Engine.DockerAsync(["info", "--format", "{{.DriverStatus}}"])).Should().Contain("io.containerd.snapshotter.v1");
        await StartAsync();
        await Engine.DockerAsync(["tag", BoxImage.Name, "labelled"]);
        await Engine.RunBoxAsync("stored", "--label", "homecloud.aliases=kept");
        await Becomes("kept", await AddressOf("stored"));
    }

    private string PlacesOf(string name) =>
        Model.Current.Containers.Values.FirstOrDefault(container => container.Name == name) is { } found ? string.Join(' ', found.Endpoints.Select(endpoint => endpoint.Network)) : "unknown";

    private async Task<string[]> TasksAsync() => (await Engine.DockerAsync(["ps", "--quiet", "--filter", "name=airplay."])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string> MacOf(string container) =>
        await Engine.DockerAsync(["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.MacAddress}}{{end}}", container]);

    private Task NetworkAsync(string driver, string name, string parent, string subnet) =>
        Engine.DockerAsync(["network", "create", "--driver", driver, "--opt", $"parent={parent}", "--subnet", subnet, name]);

    private async Task<string> DoctorAsync()
    {
        var result = await Engine.Server.RunAsync([Executables.Agent, "doctor", "--json", "--only", "addresses"], timeout: TimeSpan.FromMinutes(1));
        using var report = JsonDocument.Parse(result.Output);
        return string.Join('\n', report.RootElement.GetProperty("checks")[0].GetProperty("findings").EnumerateArray()
            .Select(finding => finding.GetProperty("message").GetString() + "\n" + (finding.TryGetProperty("fix", out var fix) ? fix.GetString() : "")));
    }

    private async Task OnServerAsync(string script) => (await Engine.Server.ShellAsync(script)).OrFail();
}
