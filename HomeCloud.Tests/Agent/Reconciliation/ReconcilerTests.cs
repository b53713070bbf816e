using Docker.DotNet.Models;
using HomeCloud.Registry;
using static HomeCloud.Tests.Agent.Reconciliation.ReconcilerRig;

namespace HomeCloud.Tests.Agent.Reconciliation;

/// <summary>Each thing that happens to a container, and what the registry holds afterwards.</summary>
public class ReconcilerTests
{
    [Fact(Timeout = Patience)]
    public async Task What_runs_already_is_in_the_first_and_only_write()
    {
        var ids = new List<string>();
        await using var rig = await StartAsync(rig => ids.AddRange(Enumerable.Range(1, 40).Select(i => rig.Engine.Run($"c{i}"))));
        await rig.Expect("c40", rig.Engine.AddressOf(ids[39]));
        rig.Registry.Current.Records.Should().HaveCount(40);
        rig.Registry.Writes.Should().Be(1);
        rig.Engine.Listings.Should().Be(1);
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_without_containers_empties_what_an_earlier_life_left()
    {
        await using var rig = await StartAsync(rig => rig.Registry.Seed("agent-1", "ghost"));
        await Until(() => rig.Registry.Current.Records.IsEmpty, () => "the ghost stays");
    }

    [Fact(Timeout = Patience)]
    public async Task Other_owners_are_left_alone()
    {
        await using var rig = await StartAsync(rig => rig.Registry.Seed("static", "nas"));
        await rig.Settle();
        rig.Registry["nas"].Should().NotBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task A_container_lives_through_all_that_can_happen_to_it()
    {
        await using var rig = await StartAsync();
        var id = rig.Engine.Create("airplay");
        await rig.Expect("airplay", "container airplay was created but never started");
        rig.Engine.Start(id, "192.168.1.20");
        await rig.Expect("airplay", "192.168.1.20");
        rig.Engine.Update(id, "rename", container => container.Name = "/music");
        await rig.Expect("music", "192.168.1.20");
        rig.Registry["airplay"].Should().BeNull();
        rig.Engine.Update(id, "pause", container => container.State = new State { Status = "paused", Running = true, Paused = true, StartedAt = "1970-01-01T00:00:00Z" });
        await Until(() => rig.Registry["music"]!.State == RecordState.Paused, () => "not paused");
        rig.AddressOf("music").Should().Be("192.168.1.20");
        rig.Engine.Update(id, "unpause", container => container.State = new State { Status = "running", Running = true, StartedAt = "1970-01-01T00:00:00Z" });
        await Until(() => rig.Registry["music"]!.State == RecordState.Running, () => "still paused");
        rig.Engine.Die(id, 137);
        await rig.Settle();
        rig.AddressOf("music").Should().Be("192.168.1.20", "a restart may follow");
        rig.Clock.Advance(TimeSpan.FromSeconds(4));
        await rig.Expect("music", "container music stopped (exit code 137)");
        rig.Registry["music"]!.State.Should().Be(RecordState.Stopped);
        rig.Engine.Destroy(id);
        await rig.Expect("music", "no such name");
    }

    [Fact(Timeout = Patience)]
    public async Task Networks_come_and_go_under_a_running_container()
    {
        await using var rig = await StartAsync();
        var id = rig.Engine.Run("x");
        await rig.Expect("x", rig.Engine.AddressOf(id));
        void Connect(string action, NetworkSettings settings)
        {
            rig.Engine.Update(id, "exec_create: quiet", container => container.NetworkSettings = settings);
            rig.Engine.Emit("network", action, "n-any", new Dictionary<string, string> { ["container"] = id });
        }

        Connect("disconnect", new NetworkSettings());
        await rig.Expect("x", "container x has no network");
        rig.Engine.Networks.Add(new NetworkResponse { Name = "guest", ID = "n-guest", Driver = "macvlan", Options = new Dictionary<string, string> { ["parent"] = "eth1" } });
        Connect("connect", ModelEngine.On("guest", "n-guest", "192.168.9.2"));
        await rig.Expect("x", "192.168.9.2");
        rig.Registry.Past.Should().NotContain(
            past => past.Records.Values.Any(record => record.Explanation != null && record.Explanation.Contains("'guest' only")),
            "a network that the agent has not seen yet is looked up first");
    }

    /// <summary>As Podman 4.3 was seen to answer: no parent for a macvlan network, and its name where the id belongs.</summary>
    [Fact(Timeout = Patience)]
    public async Task Podmans_way_of_describing_networks_is_understood()
    {
        await using var rig = await StartAsync(rig =>
        {
            rig.Engine.Version = new VersionResponse { Components = [new ComponentVersion { Name = "Podman Engine" }, new ComponentVersion { Name = "Conmon" }, null!] };
            rig.Engine.Networks.Clear();
            rig.Engine.Networks.Add(new NetworkResponse { Name = "lan", ID = "094a367b0262", Driver = "macvlan", Options = new Dictionary<string, string>() });
        });
        var id = rig.Engine.Run("web_1");
        rig.Engine.Update(id, "init", container => container.NetworkSettings = ModelEngine.On("lan", "lan", "10.77.0.3"));
        await rig.Expect("web-1", "10.77.0.3");
    }

    [Fact(Timeout = Patience)]
    public async Task A_proxy_that_forbids_info_costs_the_name_of_the_host_only()
    {
        await using var rig = await StartAsync(rig => rig.Engine.ForbidsInfo = true);
        var id = rig.Engine.Run("x");
        await rig.Expect("x", rig.Engine.AddressOf(id));
        rig.Log.Messages.Should().ContainSingle(line => line.Contains("GET /info"));
        rig.Status.Current.HostName.Should().Be(Environment.MachineName);
    }

    [Fact(Timeout = Patience)]
    public async Task On_request_only_healthy_containers_answer()
    {
        await using var rig = await StartAsync(rig => rig.Naming.HealthyOnly = true);
        var id = rig.Engine.Run("x");
        void Health(string status) => rig.Engine.Update(id, $"health_status: {status}", container =>
            container.State = new State { Status = "running", Running = true, Health = new Health { Status = status } });
        Health("unhealthy");
        await rig.Expect("x", "container x is not healthy (health check fails)");
        Health("healthy");
        await rig.Expect("x", rig.Engine.AddressOf(id));
    }

    [Fact(Timeout = Patience)]
    public async Task A_brief_restart_is_invisible()
    {
        await using var rig = await StartAsync();
        var id = rig.Engine.Run("x");
        await rig.Settle();
        rig.Registry.Past.Clear();
        rig.Engine.Die(id);
        await rig.Settle();
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        rig.Engine.Start(id, "192.168.1.99");
        await rig.Expect("x", "192.168.1.99");
        rig.Clock.Advance(TimeSpan.FromSeconds(30));
        await rig.Settle();
        rig.Registry.Past.Should().OnlyContain(past => past.Records.Values.Any(record => record.Name == "x" && record.Addresses.Length == 1));
    }

    [Fact(Timeout = Patience)]
    public async Task A_container_made_anew_takes_its_name_over_at_once()
    {
        await using var rig = await StartAsync();
        var old = rig.Engine.Run("x", "homecloud.name=web");
        await rig.Expect("web", rig.Engine.AddressOf(old));
        rig.Registry.Past.Clear();
        rig.Engine.Die(old);
        rig.Engine.Destroy(old);
        await rig.Settle();
        var anew = rig.Engine.Run("x", "homecloud.name=web");
        await rig.Expect("web", rig.Engine.AddressOf(anew));
        rig.Registry.Past.Should().OnlyContain(past => past.Records.Values.Any(record => record.Name == "web" && record.Addresses.Length == 1));
        rig.Registry.Past.Should().NotContain(past => past.Records.Values.Any(record => record.Name == "web-2" && record.Addresses.Length > 0));
    }

    [Theory(Timeout = Patience)]
    [InlineData("com.docker.compose.project=shop,com.docker.compose.service=web", "web.shop")]
    [InlineData("com.docker.compose.project=shop,com.docker.compose.service=web", "web")]
    [InlineData("com.docker.compose.project=shop,com.docker.compose.service=web,homecloud.name=www", "www")]
    public async Task Who_is_gone_does_not_answer_beside_who_runs_under_a_shared_name(string labels, string name)
    {
        await using var rig = await StartAsync();
        var old = rig.Engine.Run("shop-web-1", labels.Split(','));
        var successor = rig.Engine.Run("shop-web-2", labels.Split(','));
        await Until(() => rig.Registry[name]?.Addresses.Length == 2, () => "not both");
        var left = rig.Engine.AddressOf(successor);

        rig.Engine.Die(old);
        await rig.Settle();
        rig.Registry[name]!.Addresses.Select(address => address.ToString()).Should().Equal([left], "the engine has said that the other is down");
        rig.Engine.Destroy(old);
        await rig.Settle();
        rig.Registry[name]!.Addresses.Select(address => address.ToString()).Should().Equal(left);

        rig.Engine.Die(successor);
        await rig.Settle();
        rig.Registry[name]!.Addresses.Select(address => address.ToString()).Should().Contain(left, "it is the only one, and a restart may follow");
    }

    [Fact(Timeout = Patience)]
    public async Task An_address_that_is_given_to_another_is_given_up_at_once()
    {
        await using var rig = await StartAsync();
        var old = rig.Engine.Run("old");
        var address = rig.Engine.AddressOf(old);
        await rig.Expect("old", address);
        rig.Engine.Die(old);
        await rig.Settle();
        rig.Engine.Start(rig.Engine.Create("young"), address);
        await rig.Expect("young", address);
        rig.AddressOf("old").Should().Be("container old stopped (exit code 0)");
    }

    [Fact(Timeout = Patience)]
    public async Task A_wall_clock_that_jumps_moves_nothing()
    {
        await using var rig = await StartAsync();
        var id = rig.Engine.Run("x");
        await rig.Expect("x", rig.Engine.AddressOf(id));
        rig.Engine.Die(id);
        await rig.Settle();
        rig.Clock.JumpWallClock(TimeSpan.FromDays(400));
        await rig.Settle();
        rig.AddressOf("x").Should().Be("192.168.1.10");
        rig.Clock.JumpWallClock(TimeSpan.FromDays(-4000));
        rig.Clock.Advance(TimeSpan.FromSeconds(4));
        await rig.Expect("x", "container x stopped (exit code 0)");
    }

    [Fact(Timeout = Patience)]
    public async Task A_thousand_events_cost_few_looks_and_writes()
    {
        await using var rig = await StartAsync();
        var id = rig.Engine.Run("x");
        await rig.Settle();
        var (listings, inspections, writes) = (rig.Engine.Listings, rig.Engine.Inspections, rig.Registry.Writes);
        var gate = new TaskCompletionSource();
        rig.Engine.OnInspect(id, _ => gate.Task);
        for (var i = 0; i < 2000; i++)
            rig.Engine.Emit("container", i % 2 == 0 ? "exec_start: probe" : "update", id);
        await rig.Settle();
        rig.EventsSeen.Should().BeInRange(1000, 1050, "the probes are noise");
        gate.SetResult();
        rig.Engine.OnInspect(id, null);
        await rig.Settle();
        rig.Engine.Listings.Should().Be(listings);
        (rig.Engine.Inspections - inspections).Should().BeLessThan(20);
        (rig.Registry.Writes - writes).Should().BeLessThan(20);
    }

    [Fact(Timeout = Patience)]
    public async Task While_one_write_runs_a_burst_becomes_the_next_one()
    {
        await using var rig = await StartAsync();
        await rig.Settle();
        var gate = new TaskCompletionSource();
        rig.Registry.BeforeWrite = () => gate.Task;
        var writes = rig.Registry.Writes;
        var seen = rig.EventsSeen;
        var ids = Enumerable.Range(1, 200).Select(i => rig.Engine.Run($"c{i}")).ToArray();
        await Until(() => rig.EventsSeen == seen + 400, () => $"{rig.EventsSeen - seen} of 400 events seen");
        rig.Registry.BeforeWrite = () => Task.CompletedTask;
        gate.SetResult();
        await rig.Expect("c200", rig.Engine.AddressOf(ids[199]));
        await Until(() => rig.Registry.Current.Records.Values.Count(record => record.Addresses.Length == 1) == 200, () => "some are missing");
        (rig.Registry.Writes - writes).Should().BeLessThan(5);
    }
}
