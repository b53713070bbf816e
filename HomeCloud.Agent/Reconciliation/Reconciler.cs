using System.Threading.Channels;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Keeps the registry equal to the engine for as long as the process runs.</summary>
public sealed class Reconciler(
    IContainerEngine engine,
    IRegistry registry,
    NamingOptions naming,
    ReconcilerOptions options,
    AgentMetrics metrics,
    AgentStatusSource status,
    ILogger<Reconciler> logger,
    TimeProvider? timeProvider = null,
    EngineModel? model = null,
    ISleepers? sleepers = null,
    IContainerSettings? settings = null) : BackgroundService
{
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;

    private readonly Channel<Signal> _signals = Channel.CreateUnbounded<Signal>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    /// <summary>Compares everything now.</summary>
    public void CompareNow() => _signals.Writer.TryWrite(new Signal(SignalKind.CompareAll));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        status.Update(current => current with { AgentId = options.AgentId, EngineSince = _time.GetUtcNow() });
        var follower = new EngineFollower(engine, _signals.Writer, options, _time, metrics, status, logger);
        var reader = new EngineReader(engine, _signals.Writer, metrics, stoppingToken);
        var publisher = new Publisher(registry, naming, options.AgentId, _time, metrics, status, logger);
        var engineModel = model ?? new EngineModel();
        engineModel.FollowedBy(looked => _signals.Writer.TryWrite(new Signal(SignalKind.Look, Content: looked)));
        var loop = new ReconcileLoop(_signals, reader, engineModel, publisher, options, _time, status, logger, follower.Cut, sleepers, settings);
        if (sleepers is not null)
            sleepers.Changed += () => _signals.Writer.TryWrite(new Signal(SignalKind.OverlayChanged));
        if (settings is not null)
            settings.Changed += () => _signals.Writer.TryWrite(new Signal(SignalKind.OverlayChanged));

        // None of them ends by itself: the first to end tells why, and the host stops rather than go on half alive.
        await await Task.WhenAny(
            loop.RunAsync(stoppingToken),
            follower.RunAsync(stoppingToken),
            new RegistryResetWatch(registry, _signals.Writer).RunAsync(stoppingToken),
            KeepLeaseAsync(loop, stoppingToken));
    }

    /// <summary>Until everything was compared once, the records may be those of an earlier life: no reason to call their owner alive.</summary>
    private async Task KeepLeaseAsync(ReconcileLoop loop, CancellationToken stopping)
    {
        await loop.Compared.WaitAsync(stopping);
        await new LeaseKeeper(registry, options, _time, status, logger).RunAsync(stopping);
    }
}
