using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;
using static HomeCloud.Tests.Agent.Naming.Given;

namespace HomeCloud.Tests.Agent.Naming;

/// <summary>Which address, and what is said when there is none.</summary>
public class ReachabilityTests
{
    [Fact]
    public void Both_families_are_published() =>
        Addresses(Container("x") with { Endpoints = [On("lan", "192.168.1.20", "fd00::20")] }).Should().Be("192.168.1.20 fd00::20");

    [Fact]
    public void A_dual_homed_container_never_publishes_what_the_LAN_cannot_reach() =>
        Addresses(Container("x") with { Endpoints = [On("bridge", "172.17.0.2"), On("lan", "192.168.1.20"), On("secret", "10.9.9.9")] }).Should().Be("192.168.1.20");

    [Fact]
    public void Macvlan_comes_before_ipvlan_and_then_the_alphabet()
    {
        Addresses(Container("x") with { Endpoints = [On("aa-unknown", "1.2.3.4"), On("wing", "192.168.1.30"), On("lan", "192.168.1.20"), On("guest", "192.168.9.20")] })
            .Should().Be("192.168.9.20");
        Addresses(Container("x") with { Endpoints = [On("wing", "192.168.1.30")] }).Should().Be("192.168.1.30");
    }

    [Fact]
    public void The_option_chooses_and_orders_networks()
    {
        var options = new NamingOptions { Networks = { "wing", "bridge" } };
        Addresses(Container("x") with { Endpoints = [On("lan", "192.168.1.20"), On("wing", "192.168.1.30")] }, options).Should().Be("192.168.1.30");
        Addresses(Container("x") with { Endpoints = [On("bridge", "172.17.0.2")] }, options).Should().Be("172.17.0.2", "a person said that the LAN reaches it");
        Explanation(Container("x"), options).Should().Be("container x is on network 'lan' only, not on the LAN");
    }

    [Fact]
    public void A_label_chooses_for_one_container()
    {
        var both = Container("x", "homecloud.network=wing") with { Endpoints = [On("lan", "192.168.1.20"), On("wing", "192.168.1.30")] };
        Addresses(both).Should().Be("192.168.1.30");
        Addresses(Container("x", "homecloud.network=default", "com.docker.compose.project=shop") with { Endpoints = [On("shop_default", "172.18.0.2")] }).Should().Be("172.18.0.2");
        Explanation(Container("x", "homecloud.network=attic")).Should().Contain("is not on network 'attic'");
        Explanation(Container("x", "homecloud.network=secret") with { Endpoints = [On("secret", "10.9.9.9")] }).Should().Contain("internal");
    }

    [Fact]
    public void A_container_on_the_hosts_network_answers_with_the_hosts_address()
    {
        var plan = Plan(Container("x") with { NetworkMode = "host", Endpoints = [On("host")] });
        plan.Records["x"].Should().BeEquivalentTo(new { Reverse = false, Explanation = (string?)null });
        Addresses(plan).Should().Be("192.168.1.5");
        var unknown = NamePlanner.Plan([Container("x") with { NetworkMode = "host" }], Given.Engine with { HostAddresses = [] }, new NamingOptions());
        unknown.Records["x"].Explanation.Should().Contain("--host-address");
    }

    [Fact]
    public void A_container_in_anothers_network_answers_with_its_address()
    {
        var vpn = Container("vpn");
        var plan = Plan(vpn, Container("torrent") with { NetworkMode = "container:" + vpn.Id, Endpoints = [] });
        plan.Records["torrent"].Addresses.Should().Equal(plan.Records["vpn"].Addresses.ToArray());
        plan.Records["torrent"].Reverse.Should().BeFalse();
        Plan(vpn.Stopped(1), Container("torrent") with { NetworkMode = "container:" + vpn.Id, Endpoints = [] }).Records["torrent"].Explanation
            .Should().Be("container vpn stopped (exit code 1)", "the time since when this one runs says nothing about the other");
        Explanation(Container("torrent") with { NetworkMode = "container:gone" }).Should().Contain("of a container that no longer exists");
    }

    [Fact]
    public void Who_joined_before_the_others_last_start_has_no_network_any_more()
    {
        var vpn = Container("vpn") with { IsInspected = true, StartedAt = Noon };
        var torrent = Container("torrent") with { NetworkMode = "container:" + vpn.Id, Endpoints = [], IsInspected = true, StartedAt = Noon.AddSeconds(1) };
        Plan(vpn, torrent).Records["torrent"].Addresses.Should().NotBeEmpty();
        var again = vpn with { StartedAt = Noon.AddSeconds(2) };
        Plan(again, torrent).Records["torrent"].Explanation.Should().Be("container torrent lost its network when vpn restarted; restart torrent too");
        Plan(again, torrent with { IsInspected = false }).Records["torrent"].Addresses.Should().NotBeEmpty("the list alone does not tell when it started");
    }

    [Fact]
    public void The_gateway_priority_comes_before_driver_and_alphabet_and_after_what_a_person_says()
    {
        var both = Container("x") with { Endpoints = [On("lan", "192.168.1.20"), On("wing", "192.168.1.30") with { GatewayPriority = 1 }] };
        Addresses(both).Should().Be("192.168.1.30");
        Addresses(both, new NamingOptions { Networks = { "lan", "wing" } }).Should().Be("192.168.1.20");
    }

    [Fact]
    public void Among_equals_the_network_with_both_families_comes_before_the_alphabet()
    {
        Addresses(Container("x") with { Endpoints = [On("guest", "192.168.9.20"), On("lan", "192.168.1.20")] }).Should().Be("192.168.9.20");
        Addresses(Container("x") with { Endpoints = [On("guest", "192.168.9.20"), On("lan", "192.168.1.20", "fd00::20")] }).Should().Be("192.168.1.20 fd00::20");
    }

    [Fact]
    public void A_rootless_engines_networks_lead_nowhere()
    {
        var rootless = Given.Engine with { Networks = Given.Engine.Networks.SetItem("n-lan", Given.Engine.Networks["n-lan"] with { OnLan = false, IsRootless = true }) };
        NamePlanner.Plan([Container("x")], rootless, new NamingOptions()).Records["x"].Explanation
            .Should().Be("container x is on network 'lan' of a rootless engine, which the LAN does not reach");
    }

    [Fact]
    public void Two_containers_in_each_others_network_do_not_hang_anything()
    {
        var (a, b) = (Container("a"), Container("b"));
        Plan(a with { NetworkMode = "container:" + b.Id, Endpoints = [] }, b with { NetworkMode = "container:" + a.Id, Endpoints = [] })
            .Records.Values.Should().OnlyContain(record => record.Explanation != null);
    }

    [Theory]
    [InlineData("0.0.0.0", "192.168.1.5")]
    [InlineData("192.168.1.6", "192.168.1.6")]
    [InlineData("127.0.0.1", "container x publishes no port on an address of the host that the LAN reaches")]
    [InlineData("::", "container x publishes no port on an address of the host that the LAN reaches")]
    [InlineData("172.17.0.1", "container x publishes no port on an address of the host that the LAN reaches")]
    [InlineData("10.8.0.1", "container x publishes no port on an address of the host that the LAN reaches")]
    public void Published_ports_can_answer_with_the_hosts_address(string bound, string expected)
    {
        var container = Container("x") with
        {
            NetworkMode = "bridge",
            Endpoints = [On("bridge", "172.17.0.2")],
            Published = [new PublishedPort(IPAddress.Parse(bound), 8080, "80/tcp")],
        };
        Explanation(container).Should().Be("container x is on network 'bridge' only, not on the LAN; on the host: 8080->80/tcp");
        var record = Plan(new NamingOptions { PublishHostPorts = true }, container).Records["x"];
        (record.Explanation ?? record.Addresses.Single().ToString()).Should().Be(expected);
        record.Attributes["ports"].Should().Be("8080->80/tcp");
        (record.Reverse && !record.Addresses.IsEmpty).Should().BeFalse("the address is the host's");
    }

    [Fact]
    public void What_has_no_address_says_why()
    {
        Explanation(Container("airplay").Stopped(137)).Should().Be("container airplay stopped {ago} (exit code 137)");
        Explanation(Container("x").Stopped(137) with { OutOfMemory = true }).Should().Be("container x stopped {ago} (exit code 137, out of memory)");
        Explanation(Container("x").Stopped(1) with { Since = default }).Should().Be("container x stopped (exit code 1)", "there is no time to count from");
        Explanation(Container("x").Stopped() with { Life = ContainerLife.Created }).Should().Be("container x was created but never started");
        Explanation(Container("x").Stopped(1) with { Life = ContainerLife.Restarting }).Should().Be("container x is restarting (exit code 1)");
        Explanation(Container("x") with { NetworkMode = "bridge", Endpoints = [On("bridge", "172.17.0.2")] }).Should().Be("container x is on network 'bridge' only, not on the LAN");
        Explanation(Container("x") with { Endpoints = [On("bridge", "172.17.0.2"), On("shop_default", "172.18.0.2")] }).Should().Be("container x is on networks 'bridge', 'shop_default' only, none of them on the LAN");
        Explanation(Container("x") with { NetworkMode = "none", Endpoints = [On("none")] }).Should().Be("container x has no network");
        Explanation(Container("x") with { Endpoints = [On("lan")] }).Should().Be("container x has no address on network 'lan' yet");
    }

    [Fact]
    public void A_paused_container_keeps_its_address()
    {
        var record = Plan(Container("x") with { Life = ContainerLife.Paused }).Records["x"];
        record.State.Should().Be(RecordState.Paused);
        record.Addresses.Should().ContainSingle();
    }

    [Theory]
    [InlineData(ContainerHealthState.None, null)]
    [InlineData(ContainerHealthState.Healthy, null)]
    [InlineData(ContainerHealthState.Starting, "container x is not healthy (health check is starting)")]
    [InlineData(ContainerHealthState.Unhealthy, "container x is not healthy (health check fails)")]
    public void On_request_only_healthy_containers_have_an_address(ContainerHealthState health, string? expected)
    {
        var container = Container("x") with { Health = health };
        Plan(container).Records["x"].Explanation.Should().BeNull();
        Plan(new NamingOptions { HealthyOnly = true }, container).Records["x"].Explanation.Should().Be(expected);
    }

    private static string Addresses(ContainerFacts container, NamingOptions? options = null) => Addresses(Plan(options ?? new NamingOptions(), container));

    private static string Addresses(NamePlan plan) => string.Join(' ', plan.Records["x"].Addresses);

    private static string Explanation(ContainerFacts container, NamingOptions? options = null)
    {
        var record = Plan(options ?? new NamingOptions(), container).Records.Values.Single();
        record.Addresses.Should().BeEmpty();
        return record.Explanation!;
    }
}
