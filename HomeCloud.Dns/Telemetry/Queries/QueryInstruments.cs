using System.Diagnostics.Metrics;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>The traffic as instruments. Counters are observed, not pushed: they cost nothing until they are read.</summary>
internal sealed class QueryInstruments : IDisposable
{
    private static readonly string[] Transports = ["udp", "tcp", "tls", "doh"];
    private static readonly string[] Sources = ["local", "immediate", "forwarded", "blocked"];

    private readonly Meter _meter = TelemetryMeter.Create();
    private readonly Histogram<double> _duration;
    private readonly KeyValuePair<string, object?>[] _sourceTags = [.. Sources.Select(source => new KeyValuePair<string, object?>("source", source))];

    public QueryInstruments(QueryObserver observer)
    {
        var counters = observer.Counters;
        _meter.CreateObservableCounter("homecloud.dns.queries", () => Queries(counters), "{query}", "Messages received, by transport.");
        _meter.CreateObservableCounter("homecloud.dns.answers", () => Answers(counters), "{answer}", "Answers sent, by RCODE and source: local (our zones), immediate (cache, errors), forwarded, blocked.");
        _meter.CreateObservableCounter("homecloud.dns.questions", () => Questions(counters), "{question}", "Questions answered, by QTYPE.");
        _meter.CreateObservableCounter("homecloud.dns.dropped", counters.Dropped, "{query}", "Messages without an answer: not DNS, refused silently, or given up.");
        _meter.CreateObservableCounter("homecloud.dns.query_log.lost", () => observer.Ring?.Lost ?? 0, "{query}", "Queries that the query log missed because it could not keep up.");
        _meter.CreateObservableGauge("homecloud.build.info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", TelemetryMeter.Version)), null, "Always 1; the version is in the label.");
        _duration = _meter.CreateHistogram(
            "homecloud.dns.answer.duration",
            "s",
            "Time in the server, by source. Forwarded answers are all timed, others one in 64.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
            });
    }

    public void RecordDuration(TimeSpan elapsed, AnswerSource source) => _duration.Record(elapsed.TotalSeconds, _sourceTags[(int)source]);

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Queries(QueryCounters counters)
    {
        for (var i = 0; i < QueryCounters.Transports; i++)
            yield return new(counters.Queries((QueryTransport)i), new KeyValuePair<string, object?>("transport", Transports[i]));
    }

    private static IEnumerable<Measurement<long>> Answers(QueryCounters counters)
    {
        for (var source = 0; source < QueryCounters.Sources; source++)
        {
            for (var code = 0; code < QueryCounters.ResponseCodes; code++)
            {
                var count = counters.Answers((ResponseCode)code, (AnswerSource)source);
                // The common ones are there from the start, so that rates begin at zero; the others when they happen.
                if (count > 0 || (code is 0 or 2 or 3 && source != (int)AnswerSource.Blocked))
                    yield return new(count, new KeyValuePair<string, object?>("rcode", DnsText.Of((ResponseCode)code)), new KeyValuePair<string, object?>("source", Sources[source]));
            }
        }
    }

    private static IEnumerable<Measurement<long>> Questions(QueryCounters counters)
    {
        for (var type = 0; type < QueryCounters.Types; type++)
        {
            var count = counters.Asked(type);
            if (count == 0)
                continue;
            var text = type == QueryCounters.Types - 1 ? "other" : DnsText.Of((RecordType)type);
            yield return new(count, new KeyValuePair<string, object?>("type", text));
        }
    }
}
