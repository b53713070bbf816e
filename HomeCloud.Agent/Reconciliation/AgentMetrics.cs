using System.Diagnostics.Metrics;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Meter <c>HomeCloud.Agent</c>.</summary>
public sealed class AgentMetrics : IDisposable
{
    public const string MeterName = "HomeCloud.Agent";

    private readonly Meter _meter;
    private readonly Counter<long> _events;
    private readonly Counter<long> _listings;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _writes;
    private readonly Counter<long> _writeFailures;
    private readonly Histogram<double> _duration;
    private double _lastEvent;

    public AgentMetrics(IMeterFactory factory, AgentStatusSource status)
    {
        _meter = factory.Create(MeterName);
        _events = _meter.CreateCounter<long>("homecloud.agent.events", description: "Engine events that may change a name");
        _listings = _meter.CreateCounter<long>("homecloud.agent.listings", description: "Full comparisons with the engine");
        _connections = _meter.CreateCounter<long>("homecloud.agent.engine.connections", description: "Event streams opened");
        _writes = _meter.CreateCounter<long>("homecloud.agent.registry.writes", description: "Writes to the registry");
        _writeFailures = _meter.CreateCounter<long>("homecloud.agent.registry.failures", description: "Writes that the registry refused");
        _duration = _meter.CreateHistogram("homecloud.agent.reconcile.duration", "s", "Time from an engine event to its effect in the registry",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 15] });
        _meter.CreateObservableGauge("homecloud.agent.records", () => status.Current.Records, description: "Name records of this agent");
        _meter.CreateObservableGauge("homecloud.agent.containers", () => status.Current.Containers, description: "Containers of the engine");
        _meter.CreateObservableGauge("homecloud.agent.warnings", () => status.Current.Warnings.Length, description: "Name conflicts and invalid labels");
        _meter.CreateObservableGauge("homecloud.agent.engine.connected", () => status.Current.EngineConnected ? 1 : 0, description: "1 while the event stream is connected");
        _meter.CreateObservableGauge("homecloud.agent.event.last", () => Volatile.Read(ref _lastEvent), "s", "Time of the last event, in seconds since 1970");
    }

    public void Dispose() => _meter.Dispose();

    internal void EventSeen(DateTimeOffset now)
    {
        _events.Add(1);
        Volatile.Write(ref _lastEvent, now.ToUnixTimeMilliseconds() / 1000.0);
    }

    internal void Listed() => _listings.Add(1);

    internal void Connected() => _connections.Add(1);

    internal void Written(TimeSpan? sinceSignal)
    {
        _writes.Add(1);
        if (sinceSignal is { } duration)
            _duration.Record(duration.TotalSeconds);
    }

    internal void WriteFailed() => _writeFailures.Add(1);
}
