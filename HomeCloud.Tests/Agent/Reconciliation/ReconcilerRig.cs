using System.Diagnostics;
using System.Diagnostics.Metrics;
using Docker.DotNet.Models;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Reconciliation;

/// <summary>A reconciler between a model engine and a model registry, on a clock that the test moves.</summary>
internal sealed class ReconcilerRig : IAsyncDisposable
{
    public const int Patience = 60_000;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private Reconciler? _reconciler;
    private int _eventsSeen;

    /// <summary>Events that the agent has taken notice of.</summary>
    public int EventsSeen => Volatile.Read(ref _eventsSeen);

    public ModelEngine Engine { get; } = new();

    public ModelRegistry Registry { get; } = new();

    public ManualClock Clock { get; } = new();

    public EngineModel Model { get; } = new();

    /// <summary>Who sleeps; null for nobody.</summary>
    public ISleepers? Sleepers { get; set; }

    public CollectedLog<Reconciler> Log { get; } = new();

    public AgentStatusSource Status { get; } = new();

    public NamingOptions Naming { get; } = new();

    public ReconcilerOptions Options { get; } = new() { AgentId = "agent-1" };

    public static async Task<ReconcilerRig> StartAsync(Action<ReconcilerRig>? prepare = null)
    {
        var rig = new ReconcilerRig();
        prepare?.Invoke(rig);
        await rig.StartAgentAsync();
        return rig;
    }

    public async Task StartAgentAsync()
    {
        var metrics = new AgentMetrics(_services.GetRequiredService<IMeterFactory>(), Status);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "homecloud.agent.events" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _eventsSeen, (int)value));
        _listener.Start();
        _reconciler = new Reconciler(Engine, Registry, Naming, Options, metrics, Status, Log, Clock, Model, Sleepers);
        await _reconciler.StartAsync(CancellationToken.None);
    }

    public async Task StopAgentAsync()
    {
        await _reconciler!.StopAsync(CancellationToken.None);
        _reconciler.Dispose();
    }

    public string AddressOf(string name) => Registry[name] is { } record
        ? record.Addresses is [var address, ..] ? address.ToString() : record.Explanation!
        : "no such name";

    public Task Expect(string name, string address) => Until(() => AddressOf(name) == address, () => $"{name} is {AddressOf(name)}, not {address}");

    public static async Task Until(Func<bool> condition, Func<string> otherwise)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            if (patience.Elapsed > TimeSpan.FromSeconds(20))
                Assert.Fail(otherwise());
            await Task.Yield();
        }
    }

    /// <summary>Lets the clock go on until something has happened.</summary>
    public Task AdvanceUntil(Func<bool> condition, TimeSpan step, Func<string> otherwise) => Until(
        () =>
        {
            if (condition())
                return true;
            Clock.Advance(step);
            return false;
        },
        otherwise);

    /// <summary>Waits until all signals sent so far have had their effect, by a change that comes after them.</summary>
    public async Task Settle()
    {
        var marker = Engine.Run("marker");
        await Expect("marker", Engine.AddressOf(marker));
        Engine.Update(marker, "rename", container => container.Name = "/marker-2");
        await Until(() => Registry["marker"] is null, () => "the marker stays");
        Engine.Update(marker, "rename", container => container.Name = "/marker");
        await Until(() => Registry["marker"] is not null, () => "the marker is gone");
        Engine.Update(marker, "update", container => container.Config = new ContainerConfig { Labels = new Dictionary<string, string> { ["homecloud.ignore"] = "true" } });
        await Until(() => Registry["marker"] is null, () => "the marker stays");
    }

    public async ValueTask DisposeAsync()
    {
        if (_reconciler is not null)
            await StopAgentAsync();
        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
