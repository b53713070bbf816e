using System.Diagnostics.Metrics;

namespace HomeCloud.Dns.Telemetry.Exposition;

/// <summary>
/// Follows every instrument of HomeCloud's meters and of the runtime's, and writes them in Prometheus' text format.
/// OpenTelemetry's Prometheus exporter is not used because it is still a pre-release, and this is all that is needed of it.
/// </summary>
public sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Metric> _metrics = [];
    private readonly Lock _scraping = new();
    private readonly Func<Meter, bool> _wanted;
    private int _scrape;

    public MetricsCollector()
        : this(meter => meter.Name is "System.Runtime" || meter.Name.StartsWith("HomeCloud", StringComparison.Ordinal))
    {
    }

    internal MetricsCollector(Func<Meter, bool> wanted)
    {
        _wanted = wanted;
        _listener.InstrumentPublished = Publish;
        _listener.MeasurementsCompleted = Forget;
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, metric) => Record(metric, value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, metric) => Record(metric, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => Record(metric, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => Record(metric, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, metric) => Record(metric, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => Record(metric, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, metric) => Record(metric, (double)value, tags));
        _listener.Start();
    }

    public static string ContentType => PrometheusWriter.ContentType;

    /// <summary>Asks every observable instrument and writes all values.</summary>
    public string Scrape()
    {
        lock (_scraping)
        {
            _scrape++;
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // An instrument's callback failed: its series are missing from this scrape, the others are not.
            }

            Metric[] metrics;
            lock (_metrics)
                metrics = [.. _metrics];
            var writer = new PrometheusWriter();
            // One block a name, whatever the order in which instruments appeared; the format asks for it.
            foreach (var group in metrics.GroupBy(metric => metric.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
                group.Last().Write(writer, _scrape);
            return writer.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!_wanted(instrument.Meter))
            return;
        var metric = new Metric(instrument);
        lock (_metrics)
            _metrics.Add(metric);
        listener.EnableMeasurementEvents(instrument, metric);
    }

    private void Forget(Instrument instrument, object? metric)
    {
        lock (_metrics)
            _metrics.Remove((Metric)metric!);
    }

    private void Record(object? metric, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((Metric)metric!).Record(value, tags, Volatile.Read(ref _scrape));
}
