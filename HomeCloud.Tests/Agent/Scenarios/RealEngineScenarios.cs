using System.Diagnostics;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Lab.Engine;
using HomeCloud.Registry;
using HomeCloud.Tests.Lab;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>The reconciler, in this process, on the lab's real engine: every kind of event, and what the registry holds afterwards.</summary>
public abstract class RealEngineScenarios(LabFixture fixture, ITestOutputHelper output) : ReconcilerOnEngine(fixture)
{
    [Fact(Timeout = Limit)]
    public async Task Every_event_that_changes_reachability_is_followed()
    {
        await StartAsync();
        var keeper = await Engine.RunBoxAsync("keeper");
        await Becomes("keeper", await AddressOf("keeper"));

        await Engine.CreateBoxAsync("one");
        await Becomes("one", "container one was created but never started");
        await Engine.DockerAsync(["start", "one"]);
        await Becomes("one", await AddressOf("one"));
        await Engine.DockerAsync(["pause", "one"]);
        await Eventually(() => Registry["one"]?.State == RecordState.Paused, "one is paused");
        await Engine.DockerAsync(["unpause", "one"]);
        await Eventually(() => Registry["one"]?.State == RecordState.Running, "one runs again");
        await Engine.DockerAsync(["rename", "one", "two"]);
        await Becomes("two", await AddressOf("two"));
        await Becomes("one", null);
        await Engine.DockerAsync(["network", "disconnect", "lan", "two"]);
        await Becomes("two", "container two has no network");
        await Engine.DockerAsync(["network", "connect", "lan", "two"]);
        await Becomes("two", await AddressOf("two"));
        await Engine.DockerAsync(["kill", "two"]);
        await Becomes("two", "container two stopped {ago} (exit code 137)");
        await Engine.DockerAsync(["start", "two"]);
        await Becomes("two", await AddressOf("two"));
        await Engine.DockerAsync(["exec", "two", "/bin/busybox", "true"]);
        await Engine.DockerAsync(["stop", "--time", "1", "two"]);
        await Eventually(() => Registry["two"] is { State: RecordState.Stopped, Addresses.IsEmpty: true }, "two is stopped");
        await Engine.DockerAsync(["rm", "two"]);
        await Becomes("two", null);
        await Becomes("keeper", await AddressOf(keeper));
        Status.Current.Warnings.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_container_that_the_kernel_kills_for_memory_or_that_ends_by_itself_says_so()
    {
        await StartAsync();
        await Engine.DockerAsync(["run", "--detach", "--name", "ends", "--network", "lan", BoxImage.Name, "/bin/busybox", "sh", "-c", "exit 3"]);
        await Becomes("ends", "container ends stopped {ago} (exit code 3)");
        await Engine.DockerAsync(["run", "--detach", "--name", "hog", "--network", "lan", "--memory", "16m", "--memory-swap", "16m", BoxImage.Name, "/bin/busybox", "tail", "/dev/zero"]);
        await Becomes("hog", "container hog stopped {ago} (exit code 137, out of memory)");
    }

    [Fact(Timeout = Limit)]
    public async Task An_update_changes_nothing_and_a_network_that_is_destroyed_is_forgotten()
    {
        await StartAsync();
        await Engine.RunBoxAsync("box");
        await Becomes("box", await AddressOf("box"));
        var before = Registry["box"];
        await FollowsAsync("update", "--restart", "unless-stopped", "box");
        Registry["box"].Should().Be(before);

        foreach (var subnet in (string[])["10.97.0.0/24", "10.98.0.0/24"])
        {
            await FollowsAsync("network", "create", "--driver", "bridge", "--subnet", subnet, "orphan");
            await FollowsAsync("network", "disconnect", "lan", "box");
            await FollowsAsync("network", "connect", "orphan", "box");
            await Becomes("box", "container box is on network 'orphan' only, not on the LAN");
            await FollowsAsync("network", "disconnect", "orphan", "box");
            await Becomes("box", "container box has no network");
            await FollowsAsync("network", "rm", "orphan");
            await FollowsAsync("network", "connect", "lan", "box");
            await Becomes("box", await AddressOf("box"));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_restart_is_invisible()
    {
        // How long the engine takes on a busy machine is not the question.
        Options.Grace = TimeSpan.FromSeconds(30);
        await StartAsync();
        await Engine.RunBoxAsync("box");
        await Becomes("box", await AddressOf("box"));
        Registry.Past.Clear();
        await Engine.DockerAsync(["restart", "--time", "0", "box"]);
        await Becomes("box", await AddressOf("box"));
        await Engine.RunBoxAsync("after");
        await Becomes("after", await AddressOf("after"));
        Registry.Past.Should().OnlyContain(past => past.Records.Values.Any(record => record.Name == "box" && !record.Addresses.IsEmpty));
    }

    [Fact(Timeout = Limit)]
    public async Task A_removed_replica_does_not_answer_beside_its_successor()
    {
        // What is held for the grace period outlives the test's patience.
        Options.Grace = TimeSpan.FromMinutes(10);
        await StartAsync();
        string[] labels = ["--label", "com.docker.compose.project=shop", "--label", "com.docker.compose.service=web"];
        await Engine.RunBoxAsync("shop-web-1", labels);
        await Engine.RunBoxAsync("shop-web-2", labels);
        await Eventually(() => Addresses("web").Length > Addresses("shop-web-2").Length, "both answer under the service's name");
        await Engine.DockerAsync(["rm", "--force", "shop-web-1"]);
        await Eventually(() => Addresses("web") is { Length: > 0 } left && left.SequenceEqual(Addresses("shop-web-2")), "the removed one answers no more");
        await Engine.DockerAsync(["restart", "--time", "0", "shop-web-2"]);
        await Engine.RunBoxAsync("after");
        await Becomes("after", await AddressOf("after"));
        Addresses("web").Should().NotBeEmpty("the only one restarted");

        string[] Addresses(string name) => [.. (Registry[name]?.Addresses ?? []).Select(address => address.ToString())];
    }

    [Fact(Timeout = Limit)]
    public async Task Odd_containers_get_a_name_or_a_reason_and_stop_nobody()
    {
        await StartAsync();
        await Engine.RunBoxAsync("odd_One", "--label", "homecloud.name=\u0001 ☃", "--label", "homecloud.aliases=,,;ok", "--label", "homecloud.ttl=-5", "--label", "homecloud.srv=x::y");
        await Engine.DockerAsync(["run", "--detach", "--name", "hosted", "--network", "host", BoxImage.Name, "/bin/busybox", "sleep", "1000"]);
        await Engine.DockerAsync(["run", "--detach", "--name", "alone", "--network", "none", BoxImage.Name]);
        await Engine.DockerAsync(["run", "--detach", "--name", "guest", "--network", "container:odd_One", BoxImage.Name, "/bin/busybox", "sleep", "1000"]);
        await Engine.DockerAsync(["run", "--detach", "--name", "flapping", "--network", "lan", "--restart", "always", BoxImage.Name, "/bin/busybox", "false"]);
        await Engine.RunBoxAsync("fine");
        await Becomes("fine", await AddressOf("fine"));
        await Becomes("odd-one", await AddressOf("odd_One"));
        await Becomes("ok", await AddressOf("odd_One"));
        await Becomes("guest", await AddressOf("odd_One"));
        await Becomes("hosted", "192.168.1.250");
        await Becomes("alone", "container alone has no network");
        await Eventually(() => Registry["flapping"] is not null, "flapping has a record");
        Status.Current.Warnings.Select(warning => warning.Container).Should().OnlyContain(container => container == "odd_One");
        Status.Current.Warnings.Should().HaveCount(4);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_networks_on_the_LAN_are_published()
    {
        await StartAsync();
        await Engine.DockerAsync(["network", "create", "--driver", "bridge", "--internal", "--subnet", "10.98.0.0/24", "inner"]);
        await Engine.DockerAsync(["network", "create", "--driver", "bridge", "--subnet", "10.97.0.0/24", "orphan"]);
        await Engine.DockerAsync(["create", "--name", "dual", "--network", "inner", BoxImage.Name]);
        await Engine.DockerAsync(["network", "connect", "lan", "dual"]);
        await Engine.DockerAsync(["network", "connect", "orphan", "dual"]);
        await Engine.DockerAsync(["start", "dual"]);
        await Engine.DockerAsync(["run", "--detach", "--name", "hidden", "--network", "orphan", BoxImage.Name]);
        await Becomes("dual", await AddressOf("dual"));
        await Becomes("hidden", "container hidden is on network 'orphan' only, not on the LAN");
        Registry.Past.SelectMany(past => past.Records.Values).SelectMany(record => record.Addresses)
            .Should().NotContain(address => address.ToString().StartsWith("10.9", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task On_request_health_decides()
    {
        Naming.HealthyOnly = true;
        await StartAsync();
        await Engine.RunBoxAsync("box", "--health-cmd", "test -e /tmp/well", "--health-interval", "1s", "--health-retries", "1");
        await Engine.CheckHealthAsync("box");
        await Becomes("box", "container box is not healthy (health check fails)");
        await Engine.DockerAsync(["exec", "box", "/bin/busybox", "mkdir", "-p", "/tmp/well"]);
        await Engine.CheckHealthAsync("box");
        await Becomes("box", await AddressOf("box"));
        await Engine.DockerAsync(["exec", "box", "/bin/busybox", "rmdir", "/tmp/well"]);
        await Engine.CheckHealthAsync("box");
        await Becomes("box", "container box is not healthy (health check fails)");
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_server_uses_is_counted_its_network_too()
    {
        await Engine.RunBoxAsync("busy");
        await Engine.RunBoxAsync("peer");
        using var docker = new EngineClient(new DockerOptions { Host = Engine.Endpoint });
        var before = await EngineOutput.UsageAsync(docker, "busy", CancellationToken.None);
        await SendAsync("busy", "peer");
        await SendAsync("peer", "busy");
        var after = await EngineOutput.UsageAsync(docker, "busy", CancellationToken.None);

        (before!.CpuNanoseconds, before.MemoryBytes).Should().Match<(ulong Cpu, long Memory)>(used => used.Cpu > 0 && used.Memory > 0);
        after!.CpuNanoseconds.Should().BeGreaterThan(before.CpuNanoseconds);
        (after.ReceivedBytes - before.ReceivedBytes).Should().BeGreaterThanOrEqualTo(3000);
        (after.SentBytes - before.SentBytes).Should().BeGreaterThanOrEqualTo(3000);
        (await EngineOutput.UsageAsync(docker, "nobody", CancellationToken.None)).Should().BeNull();
    }

    /// <summary>4,000 octets by TCP: Podman's containers may not ping, and a datagram may be lost.</summary>
    private async Task SendAsync(string from, string to) =>
        await Engine.DockerAsync(["exec", from, "/bin/busybox", "sh", "-c", $"/bin/busybox head -c 4000 /dev/zero | /bin/busybox nc -w 1 {await AddressOf(to)} 80; true"]);

    [Fact(Timeout = Limit)]
    public async Task From_the_event_to_the_registry_takes_little_more_than_an_inspection()
    {
        await StartAsync();
        using var docker = new EngineClient(new DockerOptions { Host = Engine.Endpoint });
        var inspections = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            await Engine.RunBoxAsync($"speed{i}");
            await Becomes($"speed{i}", await AddressOf($"speed{i}"));
            var started = Stopwatch.GetTimestamp();
            await docker.InspectContainerAsync($"speed{i}");
            inspections.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        double[] durations = [.. Durations.Order()];
        inspections.Sort();
        output.WriteLine(
            $"measured: event to registry median {1000 * durations[durations.Length / 2]:0.00} ms, worst {1000 * durations[^1]:0.0} ms over {durations.Length}; " +
            $"an inspection alone median {1000 * inspections[inspections.Count / 2]:0.00} ms");
        durations.Should().NotBeEmpty();
    }
}
