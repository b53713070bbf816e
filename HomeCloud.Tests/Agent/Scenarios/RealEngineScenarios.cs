using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Registry;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Lab;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>The reconciler, in this process, on the lab's real engine: every kind of event, and what the registry holds afterwards.</summary>
public abstract class RealEngineScenarios : IAsyncLifetime
{
    private const int Limit = 180_000;
    private static readonly string[] OwnNetworks = ["inner", "orphan"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DockerEngine _engine;
    private readonly ITestOutputHelper _output;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ModelRegistry _registry = new();
    private readonly AgentStatusSource _status = new();
    private readonly NamingOptions _naming = new();
    private readonly ReconcilerOptions _options = new() { AgentId = "agent-1", HostAddresses = { IPAddress.Parse("192.168.1.250") } };
    private readonly MeterListener _listener = new();
    private readonly List<double> _durations = [];
    private EngineClient? _client;
    private Reconciler? _reconciler;

    protected RealEngineScenarios(LabFixture fixture, ITestOutputHelper output)
    {
        _engine = fixture.Lab.Server.Engine;
        _output = output;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "homecloud.agent.reconcile.duration" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) =>
        {
            lock (_durations)
                _durations.Add(value);
        });
        _listener.Start();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_reconciler is not null)
        {
            await _reconciler.StopAsync(CancellationToken.None);
            _reconciler.Dispose();
        }

        _client?.Dispose();
        _listener.Dispose();
        await _services.DisposeAsync();
        await _engine.RemoveAllAsync();
        var networks = (await _engine.DockerAsync(["network", "ls", "--format", "{{.Name}}"])).Split('\n').Intersect(OwnNetworks).ToArray();
        if (networks.Length > 0)
            await _engine.DockerAsync(["network", "rm", .. networks]);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_event_that_changes_reachability_is_followed()
    {
        await StartAsync();
        var keeper = await _engine.RunBoxAsync("keeper");
        await Becomes("keeper", await AddressOf("keeper"));

        await _engine.CreateBoxAsync("one");
        await Becomes("one", "container one was created but never started");
        await _engine.DockerAsync(["start", "one"]);
        await Becomes("one", await AddressOf("one"));
        await _engine.DockerAsync(["pause", "one"]);
        await Eventually(() => _registry["one"]?.State == RecordState.Paused, "one is paused");
        await _engine.DockerAsync(["unpause", "one"]);
        await Eventually(() => _registry["one"]?.State == RecordState.Running, "one runs again");
        await _engine.DockerAsync(["rename", "one", "two"]);
        await Becomes("two", await AddressOf("two"));
        await Becomes("one", null);
        await _engine.DockerAsync(["network", "disconnect", "lan", "two"]);
        await Becomes("two", "container two has no network");
        await _engine.DockerAsync(["network", "connect", "lan", "two"]);
        await Becomes("two", await AddressOf("two"));
        await _engine.DockerAsync(["kill", "two"]);
        await Becomes("two", "container two stopped {ago} (exit code 137)");
        await _engine.DockerAsync(["start", "two"]);
        await Becomes("two", await AddressOf("two"));
        await _engine.DockerAsync(["exec", "two", "/bin/busybox", "true"]);
        await _engine.DockerAsync(["stop", "--time", "1", "two"]);
        await Eventually(() => _registry["two"] is { State: RecordState.Stopped, Addresses.IsEmpty: true }, "two is stopped");
        await _engine.DockerAsync(["rm", "two"]);
        await Becomes("two", null);
        await Becomes("keeper", await AddressOf(keeper));
        _status.Current.Warnings.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_container_that_the_kernel_kills_for_memory_or_that_ends_by_itself_says_so()
    {
        await StartAsync();
        await _engine.DockerAsync(["run", "--detach", "--name", "ends", "--network", "lan", BoxImage.Name, "/bin/busybox", "sh", "-c", "exit 3"]);
        await Becomes("ends", "container ends stopped {ago} (exit code 3)");
        await _engine.DockerAsync(["run", "--detach", "--name", "hog", "--network", "lan", "--memory", "16m", "--memory-swap", "16m", BoxImage.Name, "/bin/busybox", "tail", "/dev/zero"]);
        await Becomes("hog", "container hog stopped {ago} (exit code 137, out of memory)");
    }

    [Fact(Timeout = Limit)]
    public async Task An_update_changes_nothing_and_a_network_that_is_destroyed_is_forgotten()
    {
        await StartAsync();
        await _engine.RunBoxAsync("box");
        await Becomes("box", await AddressOf("box"));
        var before = _registry["box"];
        await FollowsAsync("update", "--restart", "unless-stopped", "box");
        _registry["box"].Should().Be(before);

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
        _options.Grace = TimeSpan.FromSeconds(30);
        await StartAsync();
        await _engine.RunBoxAsync("box");
        await Becomes("box", await AddressOf("box"));
        _registry.Past.Clear();
        await _engine.DockerAsync(["restart", "--time", "0", "box"]);
        await Becomes("box", await AddressOf("box"));
        await _engine.RunBoxAsync("after");
        await Becomes("after", await AddressOf("after"));
        _registry.Past.Should().OnlyContain(past => past.Records.Values.Any(record => record.Name == "box" && !record.Addresses.IsEmpty));
    }

    [Fact(Timeout = Limit)]
    public async Task A_removed_replica_does_not_answer_beside_its_successor()
    {
        // What is held for the grace period outlives the test's patience.
        _options.Grace = TimeSpan.FromMinutes(10);
        await StartAsync();
        string[] labels = ["--label", "com.docker.compose.project=shop", "--label", "com.docker.compose.service=web"];
        await _engine.RunBoxAsync("shop-web-1", labels);
        await _engine.RunBoxAsync("shop-web-2", labels);
        await Eventually(() => Addresses("web").Length > Addresses("shop-web-2").Length, "both answer under the service's name");
        await _engine.DockerAsync(["rm", "--force", "shop-web-1"]);
        await Eventually(() => Addresses("web") is { Length: > 0 } left && left.SequenceEqual(Addresses("shop-web-2")), "the removed one answers no more");
        await _engine.DockerAsync(["restart", "--time", "0", "shop-web-2"]);
        await _engine.RunBoxAsync("after");
        await Becomes("after", await AddressOf("after"));
        Addresses("web").Should().NotBeEmpty("the only one restarted");

        string[] Addresses(string name) => [.. (_registry[name]?.Addresses ?? []).Select(address => address.ToString())];
    }

    [Fact(Timeout = Limit)]
    public async Task Odd_containers_get_a_name_or_a_reason_and_stop_nobody()
    {
        await StartAsync();
        await _engine.RunBoxAsync("odd_One", "--label", "homecloud.name=\u0001 ☃", "--label", "homecloud.aliases=,,;ok", "--label", "homecloud.ttl=-5", "--label", "homecloud.srv=x::y");
        await _engine.DockerAsync(["run", "--detach", "--name", "hosted", "--network", "host", BoxImage.Name, "/bin/busybox", "sleep", "1000"]);
        await _engine.DockerAsync(["run", "--detach", "--name", "alone", "--network", "none", BoxImage.Name]);
        await _engine.DockerAsync(["run", "--detach", "--name", "guest", "--network", "container:odd_One", BoxImage.Name, "/bin/busybox", "sleep", "1000"]);
        await _engine.DockerAsync(["run", "--detach", "--name", "flapping", "--network", "lan", "--restart", "always", BoxImage.Name, "/bin/busybox", "false"]);
        await _engine.RunBoxAsync("fine");
        await Becomes("fine", await AddressOf("fine"));
        await Becomes("odd-one", await AddressOf("odd_One"));
        await Becomes("ok", await AddressOf("odd_One"));
        await Becomes("guest", await AddressOf("odd_One"));
        await Becomes("hosted", "192.168.1.250");
        await Becomes("alone", "container alone has no network");
        await Eventually(() => _registry["flapping"] is not null, "flapping has a record");
        _status.Current.Warnings.Select(warning => warning.Container).Should().OnlyContain(container => container == "odd_One");
        _status.Current.Warnings.Should().HaveCount(4);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_networks_on_the_LAN_are_published()
    {
        await StartAsync();
        await _engine.DockerAsync(["network", "create", "--driver", "bridge", "--internal", "--subnet", "10.98.0.0/24", "inner"]);
        await _engine.DockerAsync(["network", "create", "--driver", "bridge", "--subnet", "10.97.0.0/24", "orphan"]);
        await _engine.DockerAsync(["create", "--name", "dual", "--network", "inner", BoxImage.Name]);
        await _engine.DockerAsync(["network", "connect", "lan", "dual"]);
        await _engine.DockerAsync(["network", "connect", "orphan", "dual"]);
        await _engine.DockerAsync(["start", "dual"]);
        await _engine.DockerAsync(["run", "--detach", "--name", "hidden", "--network", "orphan", BoxImage.Name]);
        await Becomes("dual", await AddressOf("dual"));
        await Becomes("hidden", "container hidden is on network 'orphan' only, not on the LAN");
        _registry.Past.SelectMany(past => past.Records.Values).SelectMany(record => record.Addresses)
            .Should().NotContain(address => address.ToString().StartsWith("10.9", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task On_request_health_decides()
    {
        _naming.HealthyOnly = true;
        await StartAsync();
        await _engine.RunBoxAsync("box", "--health-cmd", "test -e /tmp/well", "--health-interval", "1s", "--health-retries", "1");
        await _engine.CheckHealthAsync("box");
        await Becomes("box", "container box is not healthy (health check fails)");
        await _engine.DockerAsync(["exec", "box", "/bin/busybox", "mkdir", "-p", "/tmp/well"]);
        await _engine.CheckHealthAsync("box");
        await Becomes("box", await AddressOf("box"));
        await _engine.DockerAsync(["exec", "box", "/bin/busybox", "rmdir", "/tmp/well"]);
        await _engine.CheckHealthAsync("box");
        await Becomes("box", "container box is not healthy (health check fails)");
    }

    [Fact(Timeout = Limit)]
    public async Task From_the_event_to_the_registry_takes_little_more_than_an_inspection()
    {
        await StartAsync();
        using var docker = new EngineClient(new DockerOptions { Host = _engine.Endpoint });
        var inspections = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            await _engine.RunBoxAsync($"speed{i}");
            await Becomes($"speed{i}", await AddressOf($"speed{i}"));
            var started = Stopwatch.GetTimestamp();
            await docker.InspectContainerAsync($"speed{i}");
            inspections.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        double[] durations;
        lock (_durations)
            durations = [.. _durations.Order()];
        inspections.Sort();
        _output.WriteLine(
            $"measured: event to registry median {1000 * durations[durations.Length / 2]:0.00} ms, worst {1000 * durations[^1]:0.0} ms over {durations.Length}; " +
            $"an inspection alone median {1000 * inspections[inspections.Count / 2]:0.00} ms");
        durations.Should().NotBeEmpty();
    }

    private async Task StartAsync()
    {
        _client = new EngineClient(new DockerOptions { Host = _engine.Endpoint });
        var metrics = new AgentMetrics(_services.GetRequiredService<IMeterFactory>(), _status);
        _reconciler = new Reconciler(_client, _registry, _naming, _options, metrics, _status, NullLogger<Reconciler>.Instance);
        await _reconciler.StartAsync(CancellationToken.None);
        await Eventually(() => _status.Current.LastComparison is not null, "everything was compared once");
    }

    /// <summary>A docker command that makes an event, and the agent's notice of it.</summary>
    private async Task FollowsAsync(params string[] command)
    {
        var before = _status.Current.LastEvent;
        await _engine.DockerAsync(command);
        await Eventually(() => _status.Current.LastEvent > before, $"an event of docker {string.Join(' ', command)}");
    }

    private async Task<string> AddressOf(string container) => ContainerNames.IPv4(await _engine.AddressesAsync(container)).ToString();

    /// <param name="name">In the registry.</param>
    /// <param name="expected">An IPv4 address, an explanation, or null for no such name.</param>
    private Task Becomes(string name, string? expected) => Eventually(
        () => (_registry[name] is { } record ? record.Explanation ?? record.Addresses.FirstOrDefault()?.ToString() : null) == expected,
        $"{name} is {expected ?? "gone"}",
        () => _registry[name]?.ToString() ?? "no such name");

    private static async Task Eventually(Func<bool> condition, string what, Func<string>? instead = null) =>
        (await Poll.UntilAsync(() => Task.FromResult(condition()), Patience)).Should().BeTrue("{0}; it is: {1}", what, instead?.Invoke() ?? "otherwise");
}
