using System.Globalization;
using System.Text;

namespace HomeCloud.Dns.Telemetry.Exposition;

/// <summary>Prometheus text exposition format 0.0.4.</summary>
internal sealed class PrometheusWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(16 * 1024);

    public void BeginMetric(Metric metric)
    {
        if (metric.Help.Length > 0)
            _text.Append("# HELP ").Append(metric.Name).Append(' ').Append(metric.Help.Replace("\\", @"\\").Replace("\n", @"\n")).Append('\n');
        _text.Append("# TYPE ").Append(metric.Name).Append(' ').Append(TypeText(metric.Kind)).Append('\n');
    }

    public void WriteSeries(Metric metric, MetricSeries series)
    {
        if (metric.Kind != MetricKind.Histogram)
        {
            WriteLine(metric.Name, "", series.Labels, null, series.Value);
            return;
        }

        long atMost = 0;
        for (var i = 0; i < series.Buckets.Length; i++)
        {
            atMost += series.Buckets[i];
            var bound = i < metric.Bounds.Length ? metric.Bounds[i] : double.PositiveInfinity;
            WriteLine(metric.Name, "_bucket", series.Labels, Number(bound), atMost);
        }

        WriteLine(metric.Name, "_sum", series.Labels, null, series.Value);
        WriteLine(metric.Name, "_count", series.Labels, null, series.Count);
    }

    public override string ToString() => _text.ToString();

    internal static string Number(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private void WriteLine(string name, string suffix, string labels, string? bound, double value)
    {
        _text.Append(name).Append(suffix);
        if (labels.Length > 0 || bound is not null)
        {
            _text.Append('{').Append(labels);
            if (bound is not null)
                _text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(bound).Append('"');
            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string TypeText(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };
}
