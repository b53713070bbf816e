namespace HomeCloud.Bench.Measuring;

/// <summary>Everything a run found, and the statistics over rounds.</summary>
internal sealed class BenchResults
{
    private readonly List<Sample> _samples = [];
    private readonly Dictionary<string, List<double>> _starts = [];

    public Dictionary<string, long> IdleMemory { get; } = [];

    public Dictionary<string, long> PeakMemory { get; } = [];

    public Dictionary<string, long> LargeZoneMemory { get; } = [];

    /// <summary>Octets that a name costs our zones beyond its own data; null when not measured.</summary>
    public double? NameOverhead { get; set; }

    /// <summary>The same for an address with its PTR record.</summary>
    public double? AddressOverhead { get; set; }

    public Dictionary<string, double?> Dnsperf { get; } = [];

    public IReadOnlyList<Sample> Samples => _samples;

    public IReadOnlyList<string> MeasureNames => [.. _samples.Select(sample => sample.Measure).Distinct()];

    public void Add(Sample sample) => _samples.Add(sample);

    public void AddStart(string system, TimeSpan time)
    {
        if (!_starts.TryGetValue(system, out var times))
            _starts[system] = times = [];
        times.Add(time.TotalMilliseconds);
    }

    public Spread? StartMilliseconds(string system) => _starts.TryGetValue(system, out var times) ? Spread.Of(times) : null;

    public Spread? Of(string system, string measure, Func<Sample, double> value)
    {
        var values = _samples.Where(sample => sample.System == system && sample.Measure == measure).Select(value).Where(double.IsFinite).ToList();
        return values.Count == 0 ? null : Spread.Of(values);
    }

    /// <summary>Median over rounds of one system's value divided by another's of the same round.</summary>
    public Spread? Ratio(string system, string other, string measure, Func<Sample, double> value) => Ratio(system, measure, other, measure, value);

    public Spread? Ratio(string system, string measure, string otherSystem, string otherMeasure, Func<Sample, double> value)
    {
        var others = _samples.Where(sample => sample.System == otherSystem && sample.Measure == otherMeasure).ToDictionary(sample => sample.Round);
        var ratios = _samples
            .Where(sample => sample.System == system && sample.Measure == measure && others.ContainsKey(sample.Round))
            .Select(sample => value(sample) / value(others[sample.Round]))
            .Where(double.IsFinite)
            .ToList();
        return ratios.Count == 0 ? null : Spread.Of(ratios);
    }
}
