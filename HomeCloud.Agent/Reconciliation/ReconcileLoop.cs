using System.Collections.Immutable;
using System.Threading.Channels;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Net;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>
/// The one place that changes anything. Takes signals as they come; signals lead to looks at the engine, looks to
/// facts, facts to a plan, and the difference of two plans to one atomic write. While a write runs, what happens meanwhile
/// gathers for one next write: the first of a burst is fast and the rest is few.
/// </summary>
internal sealed partial class ReconcileLoop
{
    private static readonly TimeSpan InspectAgainAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ListAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstWriteAgainAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastWriteAgainAfter = TimeSpan.FromSeconds(2);

    private readonly Channel<Signal> _signals;
    private readonly EngineReader _engine;
    private readonly EngineModel _model;
    private readonly Lookers _lookers = new();
    private readonly Publisher _publisher;
    private readonly ReconcilerOptions _options;
    private readonly TimeProvider _time;
    private readonly AgentStatusSource _status;
    private readonly ILogger _logger;
    private readonly Action _cutEngine;
    private readonly ISleepers? _sleepers;
    private readonly IContainerSettings? _settings;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _compared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly GraceRule _containers;
    private readonly Dictionary<string, ContainerFacts> _parked = [];
    private readonly HashSet<string> _failing = [];
    private readonly HashSet<string> _slow = [];
    private readonly Dictionary<string, long> _touched = [];
    private readonly Alarm _inspectAgain;
    private readonly Alarm _listAgain;
    private readonly Alarm _writeAgain;
    private readonly Alarm _resync;
    private readonly Backoff _writeBackoff = new(FirstWriteAgainAfter, LastWriteAgainAfter);
    private ImmutableDictionary<string, NetworkFacts> _networks = ImmutableDictionary<string, NetworkFacts>.Empty;
    private EngineIdentity _identity = new("", "", false);
    private ImmutableArray<System.Net.IPAddress> _hostAddresses = [];
    private ImmutableDictionary<string, ContainerFacts> _seen = ImmutableDictionary<string, ContainerFacts>.Empty;
    private Comparison? _comparison;
    private bool _compareAgain;
    private bool _fullWanted;
    private bool _listingIsFull;
    private bool _changed;
    private bool _connected;
    private bool _dirty;
    private bool _replace = true;
    private bool _writing;
    private long? _oldestTouch;

    public ReconcileLoop(
        Channel<Signal> signals, EngineReader engine, EngineModel model, Publisher publisher, ReconcilerOptions options,
        TimeProvider time, AgentStatusSource status, ILogger logger, Action cutEngine, ISleepers? sleepers, IContainerSettings? settings)
    {
        _sleepers = sleepers;
        _settings = settings;
        _signals = signals;
        _engine = engine;
        _model = model;
        _publisher = publisher;
        _options = options;
        _time = time;
        _status = status;
        _logger = logger;
        _cutEngine = cutEngine;
        _containers = new GraceRule(time, options.Grace);
        (_inspectAgain, _listAgain, _writeAgain, _resync) = (new Alarm(time), new Alarm(time), new Alarm(time), new Alarm(time));
        _timer = time.CreateTimer(_ => signals.Writer.TryWrite(new Signal(SignalKind.Tick)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when everything was compared for the first time: from then on the agent knows what it owns.</summary>
    public Task Compared => _compared.Task;

    public async Task RunAsync(CancellationToken stopping)
    {
        await using var timer = _timer;
        while (await _signals.Reader.WaitToReadAsync(stopping))
        {
            while (_signals.Reader.TryRead(out var signal))
                Guarded(() => Take(signal), signal.Kind);
            Guarded(Overdue, SignalKind.Tick);
            // Names first: what the model wakes competes for the processor.
            Guarded(() => Publish(stopping), SignalKind.Published);
            Guarded(Show, SignalKind.Tick);
            ArmTimer();
        }
    }

    /// <summary>A bug in the handling of one signal costs that signal; the next comparison makes up for it.</summary>
    private void Guarded(Action action, SignalKind kind)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            AgentLog.Bug(_logger, exception, kind.ToString());
        }
    }

    private void Take(Signal signal)
    {
        if (!_engine.Awaits(signal))
            return;
        switch (signal.Kind)
        {
            case SignalKind.ContainerTouched:
                _touched[signal.Id!] = _time.GetTimestamp();
                _engine.Inspect(signal.Id!);
                break;
            case SignalKind.EndpointTouched:
                _engine.Inspect(signal.Id!);
                break;
            case SignalKind.NetworksTouched:
                _engine.ListNetworks();
                break;
            case SignalKind.EngineBack:
                EngineBack((EngineIdentity)signal.Content!);
                break;
            case SignalKind.EngineLost:
                EngineLost((string)signal.Content!);
                break;
            case SignalKind.CompareAll:
                Compare(isFull: true);
                break;
            case SignalKind.Look:
                Look((TaskCompletionSource)signal.Content!);
                break;
            case SignalKind.OverlayChanged:
                _dirty = _changed = true;
                break;
            case SignalKind.RegistryReset:
                _dirty = _replace = true;
                break;
            case SignalKind.Published:
                Published((bool)signal.Content!);
                break;
            case SignalKind.Inspected:
                Inspected(signal.Id!, (ContainerFacts?)signal.Content);
                break;
            case SignalKind.InspectionFailed:
                InspectionFailed(signal.Id!, (Exception)signal.Content!);
                break;
            case SignalKind.Listed:
                Listed((Listing)signal.Content!);
                break;
            case SignalKind.ListingFailed:
                ListingFailed((Exception)signal.Content!);
                break;
            case SignalKind.NetworksListed:
                NetworksListed(signal.Content as ImmutableDictionary<string, NetworkFacts>);
                break;
        }
    }

    private void EngineBack(EngineIdentity identity)
    {
        (_connected, _identity) = (true, identity);
        (_engine.IsPodman, _engine.IsRootless) = (identity.IsPodman, identity.IsRootless);
        _engine.Abandon();
        (_comparison, _compareAgain) = (null, false);
        _parked.Clear();
        _touched.Clear();
        _containers.Rearm();
        var now = _time.GetUtcNow();
        _status.Update(status => status with
        {
            EngineConnected = true,
            EngineSince = now,
            EngineProblem = null,
            EngineVersion = identity.Version,
            HostName = identity.HostName,
        });
        AgentLog.EngineBack(_logger, identity.HostName, identity.Version);
        _changed = true;
        Compare(isFull: true);
    }

    private void EngineLost(string reason)
    {
        if (_connected || _status.Current.EngineProblem is null)
            AgentLog.EngineLost(_logger, reason);
        else
            AgentLog.EngineStillLost(_logger, reason);
        var since = _connected || _status.Current.EngineProblem is null ? _time.GetUtcNow() : _status.Current.EngineSince;
        _connected = false;
        _status.Update(status => status with { EngineConnected = false, EngineSince = since, EngineProblem = reason });
        _changed = true;
        Show();
        _lookers.Failed(new EngineNotFollowedException(reason));
    }

    private void Overdue()
    {
        if (_comparison is { IsDue: true, IsComplete: false })
        {
            foreach (var id in _comparison.GiveUp())
            {
                _slow.Add(id);
                TakeFromListing(id);
            }

            FinishComparison();
        }

        if (!_connected)
            return; // what cannot come back is not declared gone either
        _dirty |= _containers.Expire();
        if (_resync.Ring() | _listAgain.Ring())
            Compare(isFull: true);
        if (_inspectAgain.Ring())
        {
            foreach (var id in _failing)
                _engine.Inspect(id);
        }
    }

    private void ArmTimer()
    {
        var next = Min(_writing ? null : _writeAgain.At, _comparison?.Deadline);
        if (_connected)
            next = Min(Min(next, _containers.NextDeadline()), Min(_resync.At, Min(_listAgain.At, _inspectAgain.At)));
        _timer.Change(
            next is { } at ? TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, _time.GetElapsedTime(_time.GetTimestamp(), at).Ticks + TimeSpan.TicksPerMillisecond)) : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>What names and page go by: without those set aside, with what was set by hand, and who sleeps.</summary>
    private IReadOnlyCollection<ContainerFacts> Overlaid(IReadOnlyCollection<ContainerFacts> containers)
    {
        if (containers.Any(container => container.IsAside))
            containers = [.. containers.Where(container => !container.IsAside)];
        if (_settings is { ById: { IsEmpty: false } settings })
            containers = SettingsOverlay.Apply(containers, settings);
        return _sleepers is { ById: { IsEmpty: false } asleep } ? SleepOverlay.Apply(containers, asleep) : containers;
    }

    private static long? Min(long? left, long? right) => left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);
}
