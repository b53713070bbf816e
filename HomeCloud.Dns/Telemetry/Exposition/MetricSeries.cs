namespace HomeCloud.Dns.Telemetry.Exposition;

/// <summary>One line, or for a histogram one group of lines: an instrument with one set of labels. Guarded by its <see cref="Metric"/>.</summary>
internal sealed class MetricSeries(string labels, double[] bounds)
{
    private readonly long[] _buckets = bounds.Length == 0 ? [] : new long[bounds.Length + 1];

    public string Labels { get; } = labels;

    public double Value { get; private set; }

    public long Count { get; private set; }

    /// <summary>The scrape in which an observable instrument last reported this series; a series it stops reporting disappears.</summary>
    public int SeenIn { get; set; }

    public ReadOnlySpan<long> Buckets => _buckets;

    public void Set(double value) => Value = value;

    public void Add(double value) => Value += value;

    public void Observe(double value)
    {
        Value += value;
        Count++;
        // An observation equal to a bound belongs below it: le means "less or equal".
        var bucket = Array.BinarySearch(bounds, value);
        _buckets[bucket >= 0 ? bucket : ~bucket]++;
    }
}
