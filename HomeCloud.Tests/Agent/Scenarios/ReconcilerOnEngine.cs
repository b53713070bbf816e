using System.Diagnostics.Metrics;
using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Lab;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>The reconciler, in this process, on the lab's real engine, and what it makes of it.</summary>
public abstract class ReconcilerOnEngine : IAsyncLifetime
{
    protected const int Limit = 180_000;
    private static readonly string[] OwnNetworks = ["inner", "orphan", "second", "another", "six", "wing", "vlan", "bare"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<double> _durations = [];
    private EngineClient? _client;
    private Reconciler? _reconciler;

    protected ReconcilerOnEngine(LabFixture fixture)
    {
        Engine = fixture.Lab.Server.Engine;
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

    protected DockerEngine Engine { get; }

    private protected ModelRegistry Registry { get; } = new();

    protected EngineModel Model { get; } = new();

    protected AgentStatusSource Status { get; } = new();

    protected NamingOptions Naming { get; } = new();

    protected ReconcilerOptions Options { get; } = new() { AgentId = "agent-1", HostAddresses = { IPAddress.Parse("192.168.1.250") } };

    /// <summary>From event to registry, in seconds.</summary>
    protected IReadOnlyList<double> Durations
    {
        get
        {
            lock (_durations)
                return [.. _durations];
        }
    }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        if (_reconciler is not null)
        {
            await _reconciler.StopAsync(CancellationToken.None);
            _reconciler.Dispose();
        }

        _client?.Dispose();
        _listener.Dispose();
        await _services.DisposeAsync();
        await Engine.RemoveAllAsync();
        var networks = (await Engine.DockerAsync(["network", "ls", "--format", "{{.Name}}"])).Split('\n').Intersect(OwnNetworks).ToArray();
        if (networks.Length > 0)
            await Engine.DockerAsync(["network", "rm", .. networks]);
    }

    protected async Task StartAsync()
    {
        _client = new EngineClient(new DockerOptions { Host = Engine.Endpoint });
        var metrics = new AgentMetrics(_services.GetRequiredService<IMeterFactory>(), Status);
        _reconciler = new Reconciler(_client, Registry, Naming, Options, metrics, Status, NullLogger<Reconciler>.Instance, model: Model);
        await _reconciler.StartAsync(CancellationToken.None);
        await Eventually(() => Status.Current.LastComparison is not null, "everything was compared once");
    }

    /// <summary>A docker command that makes an event, and the agent's notice of it.</summary>
    protected async Task FollowsAsync(params string[] command)
    {
        var before = Status.Current.LastEvent;
        await Engine.DockerAsync(command);
        await Eventually(() => Status.Current.LastEvent > before, $"an event of docker {string.Join(' ', command)}");
    }

    protected async Task<string> AddressOf(string container) => ContainerNames.IPv4(await Engine.AddressesAsync(container)).ToString();

    /// <param name="name">In the registry.</param>
    /// <param name="expected">An IPv4 address, an explanation, or null for no such name.</param>
    protected Task Becomes(string name, string? expected) => Eventually(
        () => (Registry[name] is { } record ? record.Explanation ?? record.Addresses.FirstOrDefault()?.ToString() : null) == expected,
        $"{name} is {expected ?? "gone"}",
        () => Registry[name]?.ToString() ?? "no such name");

    protected static async Task Eventually(Func<bool> condition, string what, Func<string>? instead = null) =>
        (await Poll.UntilAsync(() => Task.FromResult(condition()), Patience)).Should().BeTrue("{0}; it is: {1}", what, instead?.Invoke() ?? "otherwise");
}
