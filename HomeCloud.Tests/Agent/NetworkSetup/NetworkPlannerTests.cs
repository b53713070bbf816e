using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.NetworkSetup;

namespace HomeCloud.Tests.Agent.NetworkSetup;

public sealed class NetworkPlannerTests
{
    [Fact]
    public void The_free_end_of_a_cable_into_the_bridge_is_the_parent()
    {
        var (proposal, _) = NetworkPlanner.Plan(BridgedHome(), new NetworkRequest());

        proposal!.Parent.Should().Be("hc-parent");
        proposal.Subnet.ToString().Should().Be("192.168.1.0/24");
        proposal.Gateway.ToString().Should().Be("192.168.1.1");
        proposal.Range.ToString().Should().Be("192.168.1.64/27");
        proposal.Dns.ToString().Should().Be("192.168.1.53");
        proposal.Web.ToString().Should().Be("192.168.1.54");
    }

    [Fact]
    public void The_range_avoids_the_pool_that_the_router_shows_and_machines_that_answer()
    {
        // A FRITZ!Box hands out .20 to .200; somebody sits at .230.
        var facts = BridgedHome() with
        {
            Offers = [Offer("192.168.1.21", "fritz.box"), Offer("192.168.1.180", "fritz.box")],
            Answering = new HashSet<IPAddress> { IPAddress.Parse("192.168.1.230") },
        };

        var (proposal, _) = NetworkPlanner.Plan(facts, new NetworkRequest());

        proposal!.Range.ToString().Should().Be("192.168.1.208/28");
        Enumerable.Range(20, 181).Should().NotContain(proposal.Dns.GetAddressBytes()[3]);
        proposal.Range.Contains(proposal.Dns).Should().BeFalse();
    }

    [Fact]
    public void A_plain_nic_works_and_the_isolation_is_said()
    {
        var facts = BridgedHome() with
        {
            Interfaces = [Wired("enp1s0", "192.168.1.10")],
            DefaultRoute = (IPAddress.Parse("192.168.1.1"), "enp1s0"),
        };

        var (proposal, _) = NetworkPlanner.Plan(facts, new NetworkRequest());

        proposal!.Parent.Should().Be("enp1s0");
        proposal.Reasons.Should().Contain(reason => reason.Contains("cannot reach each other", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("192.168.2.64/27", null, "is not inside the LAN")]
    [InlineData("192.168.0.0/16", null, "is not inside the LAN")]
    [InlineData("192.168.1.0/29", null, "contains the router")]
    [InlineData("192.168.1.8/29", null, "contains this machine's address")]
    [InlineData("192.168.1.96/27", null, "overlaps the router's DHCP pool")]
    [InlineData(null, "10.0.0.53", "is not an address of the LAN")]
    [InlineData(null, "192.168.1.255", "is not an address of the LAN")]
    [InlineData(null, "192.168.1.1", "is the router")]
    [InlineData(null, "192.168.1.10", "is this machine's own")]
    [InlineData(null, "192.168.1.120", "is inside the router's DHCP pool")]
    [InlineData(null, "192.168.1.60", "is in use")]
    [InlineData("192.168.1.64/27", "192.168.1.70", "is inside the range")]
    [InlineData("192.168.1.64/27", "192.168.1.53", null)]
    public void What_a_person_chooses_is_checked_against_the_LAN(string? range, string? dns, string? reason)
    {
        var facts = BridgedHome() with { Offers = [Offer("192.168.1.101", null), Offer("192.168.1.150", null)], Answering = new HashSet<IPAddress> { IPAddress.Parse("192.168.1.60") } };
        var request = new NetworkRequest { Range = range is null ? null : IPNetwork.Parse(range), Dns = dns is null ? null : IPAddress.Parse(dns) };

        var (proposal, refusal) = NetworkPlanner.Plan(facts, request);

        (proposal is null).Should().Be(reason is not null);
        refusal?.Reason.Should().Contain(reason);
    }

    [Fact]
    public async Task The_settings_belong_to_the_owner_of_their_folder()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return;
        var folder = Directory.CreateTempSubdirectory("homecloud-env").FullName;
        try
        {
            var file = Path.Combine(folder, ".env");
            await File.WriteAllTextAsync(file, "A=b\n");
            (await HomeCloud.Lab.Processes.Command.RunAsync(["chown", "nobody:nogroup", folder])).OrFail();
            await EnvironmentFile.GiveToFolderOwnerAsync(file, default);
            (await HomeCloud.Lab.Processes.Command.RunAsync(["stat", "--format", "%U:%G", file])).OrFail().Output.Trim().Should().Be("nobody:nogroup");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Root writes the settings into a folder of somebody else, and gives them to him.</summary>
    [Fact]
    public async Task A_link_is_neither_read_nor_given_away()
    {
        var folder = Directory.CreateTempSubdirectory("homecloud-env").FullName;
        try
        {
            var (file, secret) = (Path.Combine(folder, ".env"), Path.Combine(folder, "secret"));
            (await EnvironmentFile.ReadAsync(file, default)).Should().BeEmpty();
            await File.WriteAllTextAsync(secret, "root:hash");
            File.CreateSymbolicLink(file, secret);
            (await FluentActions.Awaiting(() => EnvironmentFile.ReadAsync(file, default)).Should().ThrowAsync<IOException>()).WithMessage("*is a link*--env-file*");
            if (Environment.UserName != "root")
                return;
            (await HomeCloud.Lab.Processes.Command.RunAsync(["chown", "nobody:nogroup", folder])).OrFail();
            await EnvironmentFile.GiveToFolderOwnerAsync(file, default);
            (await HomeCloud.Lab.Processes.Command.RunAsync(["stat", "--format", "%U:%G", secret])).OrFail().Output.Trim().Should().Be("root:root");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Wifi_is_refused_with_the_reason()
    {
        var facts = BridgedHome() with
        {
            Interfaces = [Wired("wlp2s0", "192.168.1.10") with { Kind = LanInterfaceKind.Wireless }],
            DefaultRoute = (IPAddress.Parse("192.168.1.1"), "wlp2s0"),
        };

        var (_, refusal) = NetworkPlanner.Plan(facts, new NetworkRequest());

        refusal!.Reason.Should().Contain("Wi-Fi").And.Contain("one MAC address");
        refusal.Fix.Should().Contain("cable");
    }

    [Fact]
    public void A_bridge_port_is_refused_and_the_bridge_named()
    {
        var (_, refusal) = NetworkPlanner.Plan(BridgedHome(), new NetworkRequest { Parent = "enp1s0" });

        refusal!.Reason.Should().Contain("'br0'");
    }

    [Fact]
    public void Without_a_default_route_there_is_no_proposal() =>
        NetworkPlanner.Plan(BridgedHome() with { DefaultRoute = null }, new NetworkRequest()).Refusal!.Reason.Should().Contain("no default route");

    [Fact]
    public void A_pool_over_the_whole_network_leaves_no_room()
    {
        var facts = BridgedHome() with { Offers = [Offer("192.168.1.2", null), Offer("192.168.1.254", null)] };

        NetworkPlanner.Plan(facts, new NetworkRequest()).Refusal!.Fix.Should().Contain("Shrink the router's DHCP pool");
    }

    [Fact]
    public void Whatever_answers_the_proposal_never_collides()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var answering = Enumerable.Range(0, random.Next(120)).Select(_ => IPAddress.Parse($"192.168.1.{random.Next(1, 255)}")).ToHashSet();
            var offers = Enumerable.Range(0, random.Next(5)).Select(_ => Offer($"192.168.1.{random.Next(2, 255)}", null)).ToList();
            var (proposal, refusal) = NetworkPlanner.Plan(BridgedHome() with { Answering = answering, Offers = offers }, new NetworkRequest());
            if (proposal is null)
            {
                refusal.Should().NotBeNull();
                continue;
            }

            foreach (var taken in answering.Concat(offers.Select(offer => offer.Address)).Append(proposal.Gateway).Append(IPAddress.Parse("192.168.1.10")))
            {
                proposal.Range.Contains(taken).Should().BeFalse();
                new[] { proposal.Dns, proposal.Web, proposal.Spare }.Should().NotContain(taken);
            }
        }
    }

    [Fact]
    public void Settings_that_a_person_made_are_kept()
    {
        var merged = EnvironmentFile.Merge("# mine\nREDIS_PASSWORD=secret\nDOCKER_GID=\n", [new("REDIS_PASSWORD", "new"), new("DOCKER_GID", "998"), new("HOMECLOUD_HOST", "box")]);

        merged.Should().Be("# mine\nREDIS_PASSWORD=secret\nDOCKER_GID=998\nHOMECLOUD_HOST=box\n");
    }

    private static LanFacts BridgedHome() => new(
        [
            Wired("enp1s0", null) with { Bridge = "br0", Index = 2, LinkIndex = 2 },
            Wired("br0", "192.168.1.10") with { Kind = LanInterfaceKind.Bridge, Index = 3, LinkIndex = 3 },
            Wired("hc-bridge", null) with { Kind = LanInterfaceKind.Veth, Bridge = "br0", Index = 4, LinkIndex = 5 },
            Wired("hc-parent", null) with { Kind = LanInterfaceKind.Veth, Index = 5, LinkIndex = 4 },
        ],
        (IPAddress.Parse("192.168.1.1"), "br0"),
        [],
        new HashSet<IPAddress>());

    private static LanInterface Wired(string name, string? address) =>
        new(name, LanInterfaceKind.Wired, IsUp: true, HasCarrier: true, Bridge: null, address is null ? [] : [(IPAddress.Parse(address), 24)]);

    private static DhcpOffer Offer(string address, string? search) => new(IPAddress.Parse(address), null, [], [], search);
}
