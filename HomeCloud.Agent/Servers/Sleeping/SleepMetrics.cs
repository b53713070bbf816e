using System.Diagnostics.Metrics;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>Meter <c>HomeCloud.Agent.Sleep</c>.</summary>
public sealed class SleepMetrics : IDisposable
{
    public const string MeterName = "HomeCloud.Agent.Sleep";

    private readonly Meter _meter;
    private readonly Counter<long> _sleeps;
    private readonly Counter<long> _wakes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _duration;

    public SleepMetrics(IMeterFactory factory, SleepBook book)
    {
        _meter = factory.Create(MeterName);
        _meter.CreateObservableGauge("homecloud.agent.asleep", () => book.Sleepers.Count, description: "Servers that sleep until somebody calls them");
        _meter.CreateObservableGauge("homecloud.agent.asleep.memory", () => book.Sleepers.Values.Where(sleeper => !sleeper.IsPaused).Sum(sleeper => sleeper.MemoryBytes), "By", "Memory that sleeping servers used before, and gave back");
        _sleeps = _meter.CreateCounter<long>("homecloud.agent.sleeps", description: "Times that a server fell asleep");
        _wakes = _meter.CreateCounter<long>("homecloud.agent.wakes", description: "Times that a server was woken");
        _failures = _meter.CreateCounter<long>("homecloud.agent.wakes.failed", description: "Times that a server could not be woken");
        _refused = _meter.CreateCounter<long>("homecloud.agent.calls.refused", description: "Calls that woke nobody: from a device that may not, or that called in vain before");
        _duration = _meter.CreateHistogram("homecloud.agent.wake.duration", "s", "Time from a call until the server's first port answers",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60] });
    }

    public void Dispose() => _meter.Dispose();

    internal void Slept() => _sleeps.Add(1);

    internal void Woken() => _wakes.Add(1);

    internal void Ready(TimeSpan after) => _duration.Record(after.TotalSeconds);

    internal void WakeFailed() => _failures.Add(1);

    internal void Refused() => _refused.Add(1);
}
