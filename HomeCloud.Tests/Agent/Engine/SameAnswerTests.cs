using System.Collections.Immutable;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Live;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Engine;

/// <summary>The page and DNS go by one model: whatever state a container is in, both say the same.</summary>
public sealed class SameAnswerTests
{
    private static readonly NetworkResponse[] Networks =
    [
        Network("lan", "macvlan", ("parent", "eth0")),
        Network("bridge", "bridge"),
        Network("routed", "ipvlan", ("parent", "eth0"), ("ipvlan_mode", "l3")),
        Network("alone", "macvlan"),
    ];

    [Theory]
    [InlineData("running", null, false, "bridge=172.17.0.2 lan=192.168.1.20", "192.168.1.20")]
    [InlineData("running", null, false, "a-bridge=172.17.0.2 lan=192.168.1.20", "192.168.1.20")]
    [InlineData("running", null, false, "routed=192.168.7.2", "")]
    [InlineData("running", null, false, "alone=192.168.8.2", "")]
    [InlineData("paused", null, false, "lan=192.168.1.20", "192.168.1.20")]
    [InlineData("restarting", null, false, "lan=192.168.1.20", "")]
    [InlineData("running", "unhealthy", false, "lan=192.168.1.20", "192.168.1.20")]
    [InlineData("running", "unhealthy", true, "lan=192.168.1.20", "")]
    [InlineData("running", "starting", true, "lan=192.168.1.20", "")]
    [InlineData("running", "healthy", true, "lan=192.168.1.20", "192.168.1.20")]
    public void Page_and_names_have_the_same_addresses(string state, string? health, bool healthyOnly, string places, string expected)
    {
        var naming = new NamingOptions { HealthyOnly = healthyOnly };
        var snapshot = Snapshot(Inspect(state, health, places));
        var names = NamePlanner.Plan([.. snapshot.Containers.Values], Facts(snapshot), naming).Records["box"];
        var page = View(snapshot, naming);

        string.Join(' ', names.Addresses).Should().Be(expected);
        page.Addresses.Should().Equal(names.Addresses.Select(address => address.ToString()));
        page.State.Should().Be(state);
        page.Health.Should().Be(health);
        if (expected.Length > 0)
            page.Network.Should().Be("lan");
        else if (state == "restarting")
            page.Explanation.Should().StartWith("Keeps crashing: exit code", "the page has room for more than an Extended DNS Error");
        else
            page.Explanation.Should().Be(names.Explanation);
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("no", false)]
    [InlineData("perhaps", false)]
    public void A_wildcard_is_one_for_both(string label, bool wildcard)
    {
        var snapshot = Snapshot(Inspect("running", null, "lan=192.168.1.20", ("homecloud.wildcard", label)));
        NamePlanner.Plan([.. snapshot.Containers.Values], Facts(snapshot), new NamingOptions()).Records.ContainsKey("*.box").Should().Be(wildcard);
        View(snapshot, new NamingOptions()).Wildcard.Should().Be(wildcard);
    }

    [Fact(Timeout = 30_000)]
    public async Task Servers_are_made_only_on_networks_that_names_call_the_lan()
    {
        var model = new EngineModel();
        var snapshot = Snapshot(Inspect("running", null, "lan=192.168.1.20"));
        model.FollowedBy(looked => looked.SetResult());
        model.Publish(snapshot);
        var networks = await Servers(model, new NamingOptions()).LanNetworksAsync(CancellationToken.None);
        networks.Value!.Select(network => network.Name).Should().Equal("lan");
    }

    private static ServerView View(EngineSnapshot snapshot, NamingOptions naming)
    {
        var model = new EngineModel();
        model.Publish(snapshot);
        return ServerViews.From(Servers(model, naming).Known.Value!.Single(), "box.home", _ => null, null);
    }

    private static DockerServerEngine Servers(EngineModel model, NamingOptions naming)
    {
        var docker = new EngineClient(new DockerOptions { Host = "unix:///nowhere.sock" });
        return new DockerServerEngine(docker, model, naming, new EngineImages(docker, new RegistryCredentials("/nowhere"), NullLogger<EngineImages>.Instance));
    }

    private static EngineSnapshot Snapshot(ContainerInspectResponse inspection) => new()
    {
        Containers = ImmutableDictionary<string, ContainerFacts>.Empty.Add("abc", ContainerFactsReader.Read(inspection)!),
        Networks = Networks.Select(network => NetworkFacts.Read(network, tellsParent: true)!).ToImmutableDictionary(network => network.Id),
    };

    private static EngineFacts Facts(EngineSnapshot snapshot) => new() { AgentId = "agent-1", HostLabel = "attic", Networks = snapshot.Networks };

    private static ContainerInspectResponse Inspect(string state, string? health, string places, params (string Key, string Value)[] labels) => new()
    {
        ID = "abc",
        Name = "/box",
        State = new State
        {
            Status = state,
            Running = true,
            Paused = state == "paused",
            Restarting = state == "restarting",
            StartedAt = "2026-11-22T10:27:24Z",
            FinishedAt = "2026-11-22T10:27:20Z",
            Health = health is null ? null : new Health { Status = health },
        },
        Config = new ContainerConfig { Labels = labels.ToDictionary(label => label.Key, label => label.Value) },
        NetworkSettings = new NetworkSettings
        {
            Networks = places.Split(' ').Select(place => place.Split('=')).ToDictionary(
                place => place[0], place => new EndpointSettings { NetworkID = "n-" + place[0].Replace("a-", "", StringComparison.Ordinal), IPAddress = place[1] }),
        },
    };

    private static NetworkResponse Network(string name, string driver, params (string Key, string Value)[] options) =>
        new() { Name = name, ID = "n-" + name, Driver = driver, Options = options.ToDictionary(option => option.Key, option => option.Value) };
}
