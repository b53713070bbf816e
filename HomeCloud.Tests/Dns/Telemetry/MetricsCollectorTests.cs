using System.Diagnostics.Metrics;
using HomeCloud.Dns.Telemetry.Exposition;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly Meter _meter = new("HomeCloud.Tests." + Guid.NewGuid());
    private readonly MetricsCollector _collector;

    public MetricsCollectorTests() => _collector = new MetricsCollector(meter => meter == _meter);

    [Fact]
    public void A_counter_is_written_with_help_type_labels_and_total()
    {
        var counter = _meter.CreateCounter<long>("homecloud.cache.evictions", "{record}", "Records put out.");
        counter.Add(2, new KeyValuePair<string, object?>("reason", "full"));
        counter.Add(3, new KeyValuePair<string, object?>("reason", "full"));

        _collector.Scrape().Should().Be(
            """
            # HELP homecloud_cache_evictions_total Records put out.
            # TYPE homecloud_cache_evictions_total counter
            homecloud_cache_evictions_total{reason="full"} 5

            """);
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_in_which_a_bound_belongs_to_its_own_bucket()
    {
        var histogram = _meter.CreateHistogram("homecloud.wait", "s", null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 7 })
            histogram.Record(value);

        _collector.Scrape().Should().Be(
            """
            # TYPE homecloud_wait_seconds histogram
            homecloud_wait_seconds_bucket{le="0.1"} 2
            homecloud_wait_seconds_bucket{le="1"} 3
            homecloud_wait_seconds_bucket{le="+Inf"} 4
            homecloud_wait_seconds_sum 7.65
            homecloud_wait_seconds_count 4

            """);
    }

    [Fact]
    public void A_gauge_shows_its_last_value_and_an_up_down_counter_its_sum()
    {
        _meter.CreateGauge<double>("temperature").Record(1);
        var inFlight = _meter.CreateUpDownCounter<int>("in.flight");
        inFlight.Add(3);
        inFlight.Add(-1);

        _collector.Scrape().Should().Contain("temperature 1\n").And.Contain("# TYPE in_flight gauge\nin_flight 2\n");
    }

    [Fact]
    public void A_series_that_an_observable_instrument_no_longer_reports_disappears()
    {
        var upstreams = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("up", () => upstreams.Select(name => new Measurement<int>(1, new KeyValuePair<string, object?>("server", name))));

        _collector.Scrape().Should().Contain("server=\"a\"").And.Contain("server=\"b\"");
        upstreams.Remove("a");

        _collector.Scrape().Should().NotContain("server=\"a\"").And.Contain("up{server=\"b\"} 1");
    }

    [Fact]
    public void Hostile_label_values_stay_inside_their_quotes()
    {
        _meter.CreateCounter<int>("c").Add(1, new KeyValuePair<string, object?>("name", "x\"} 9\n\\" + new string('y', 10_000)));

        var line = _collector.Scrape().Split('\n').Single(text => text.StartsWith("c_total{", StringComparison.Ordinal));

        line.Should().StartWith("c_total{name=\"x\\\"} 9\\n\\\\yyy").And.EndWith("y\"} 1");
        line.Length.Should().BeLessThan(300);
    }

    [Fact]
    public void A_failing_callback_costs_only_its_own_series()
    {
        _meter.CreateObservableGauge<int>("broken", (Func<int>)(() => throw new InvalidOperationException()));
        _meter.CreateObservableGauge("whole", () => 1);

        _collector.Scrape().Should().Contain("whole 1\n").And.NotContain("\nbroken ");
    }

    [Fact]
    public void Recording_a_known_series_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("c");
        var tag = new KeyValuePair<string, object?>("transport", "udp");
        counter.Add(1, tag);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            counter.Add(1, tag);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1000);
    }

    [Theory]
    [InlineData("homecloud.dns.queries", "{query}", "Counter", "homecloud_dns_queries_total")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", "Counter", "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("process.cpu.time", "s", "Counter", "process_cpu_time_seconds_total")]
    [InlineData("answer.duration", "s", "Histogram", "answer_duration_seconds")]
    [InlineData("9lives", null, "Gauge", "_9lives")]
    public void Names_follow_the_OpenTelemetry_rules(string instrument, string? unit, string kind, string expected) =>
        PrometheusName.Of(instrument, unit, Enum.Parse<MetricKind>(kind)).Should().Be(expected);

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }
}
