using Docker.DotNet.Models;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Naming;

/// <summary>Which networks the LAN reaches by themselves.</summary>
public class NetworkFactsTests
{
    [Theory]
    [InlineData("macvlan", "eth0", "", true)]
    [InlineData("macvlan", "eth0.20", "", true)]
    [InlineData("macvlan", null, "", false)]
    [InlineData("macvlan", "", "", false)]
    [InlineData("ipvlan", "eth0", "", true)]
    [InlineData("ipvlan", "eth0", "l2", true)]
    [InlineData("ipvlan", "eth0", "l3", false)]
    [InlineData("ipvlan", "eth0", "l3s", false)]
    [InlineData("ipvlan", null, "l2", false)]
    [InlineData("bridge", null, "", false)]
    [InlineData("bridge", "eth0", "", false)]
    [InlineData("overlay", null, "", false)]
    [InlineData(null, null, "", false)]
    public void Macvlan_and_ipvlan_l2_with_a_parent_are_on_the_lan(string? driver, string? parent, string mode, bool onLan) =>
        Read(driver, parent, mode).OnLan.Should().Be(onLan);

    [Theory]
    [InlineData("macvlan", "", true)]
    [InlineData("ipvlan", "l3", false)]
    public void An_engine_that_does_not_tell_parents_is_believed_to_have_one(string driver, string mode, bool onLan) =>
        Read(driver, null, mode, tellsParent: false).OnLan.Should().Be(onLan);

    [Fact]
    public void A_network_made_from_a_config_only_one_has_its_parent_there() =>
        NetworkFacts.Read(Network("macvlan", null, "", network => network.ConfigFrom = new ConfigReference { Network = "lan-config" }), tellsParent: true)!.OnLan.Should().BeTrue();

    [Fact]
    public void An_internal_network_is_never_on_the_lan()
    {
        var facts = NetworkFacts.Read(Network("macvlan", "eth0", "", network => network.Internal = true), tellsParent: true)!;
        facts.Should().BeEquivalentTo(new { OnLan = false, Internal = true });
    }

    [Fact]
    public void A_rootless_engine_has_no_network_on_the_lan() =>
        NetworkFacts.Read(Network("macvlan", "eth0", ""), tellsParent: true, isRootless: true).Should().BeEquivalentTo(new { OnLan = false, IsRootless = true });

    [Fact]
    public void A_Swarms_network_takes_servers_only_where_it_is_attachable()
    {
        NetworkFacts.Read(Network("macvlan", "eth0", "", network => network.Scope = "swarm"), tellsParent: true)!.TakesContainers.Should().BeFalse();
        NetworkFacts.Read(Network("macvlan", "eth0", "", network => (network.Scope, network.Attachable) = ("swarm", true)), tellsParent: true)!.TakesContainers.Should().BeTrue();
    }

    private static NetworkFacts Read(string? driver, string? parent, string mode, bool tellsParent = true) =>
        NetworkFacts.Read(Network(driver, parent, mode), tellsParent)!;

    private static NetworkResponse Network(string? driver, string? parent, string mode, Action<NetworkResponse>? change = null)
    {
        var options = new Dictionary<string, string>();
        if (parent is not null)
            options["parent"] = parent;
        if (mode.Length > 0)
            options["ipvlan_mode"] = mode;
        var network = new NetworkResponse { Name = "net", ID = "n-net", Driver = driver!, Options = options };
        change?.Invoke(network);
        return network;
    }
}
