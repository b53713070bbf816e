using System.Diagnostics.Metrics;

namespace HomeCloud.Dns.Telemetry.Exposition;

/// <summary>An instrument with its series.</summary>
internal sealed class Metric
{
    // Bounded, whatever a measured value may bring; label sets beyond are not kept.
    private const int MostSeries = 2000;

    // From a tenth of a millisecond, a cached answer, to 10 s, a name server far away that had to be asked twice.
    private static readonly double[] Seconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Plain = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MetricSeries>.AlternateLookup<ReadOnlySpan<char>> _seriesByLabels;
    private readonly Lock _lock = new();
    private readonly bool _observable;
    private readonly double[] _bounds;

    public Metric(Instrument instrument)
    {
        _seriesByLabels = _series.GetAlternateLookup<ReadOnlySpan<char>>();
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        _observable = instrument.IsObservable;
        Kind =
            generic == typeof(Histogram<>) ? MetricKind.Histogram
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        // An up-down counter is a gauge that is told differences; an observable one reports its value.
        Additive = !_observable && (Kind == MetricKind.Counter || generic == typeof(UpDownCounter<>));
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
        _bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
    }

    public MetricKind Kind { get; }

    public string Name { get; }

    public string Help { get; }

    public ReadOnlySpan<double> Bounds => _bounds;

    private bool Additive { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, int scrape)
    {
        Span<char> buffer = stackalloc char[LabelText.MaxLength];
        var labels = buffer[..LabelText.Render(tags, buffer)];
        lock (_lock)
        {
            if (!_seriesByLabels.TryGetValue(labels, out var series))
            {
                if (_series.Count >= MostSeries)
                    return;
                series = new MetricSeries(labels.ToString(), _bounds);
                _series.Add(series.Labels, series);
            }

            series.SeenIn = scrape;
            if (Kind == MetricKind.Histogram)
                series.Observe(value);
            else if (Additive)
                series.Add(value);
            else
                series.Set(value);
        }
    }

    /// <summary>Writes under the lock, so that a histogram's count, sum and buckets agree.</summary>
    public void Write(PrometheusWriter writer, int scrape)
    {
        lock (_lock)
        {
            writer.BeginMetric(this);
            foreach (var series in _series.Values)
            {
                if (!_observable || series.SeenIn == scrape)
                    writer.WriteSeries(this, series);
            }
        }
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        { Unit: "s" } => Seconds,
        _ => Plain,
    };
}

/// <summary>TYPE values of the Prometheus text format.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
