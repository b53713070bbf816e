using System.Diagnostics.Metrics;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Upstreams;

namespace HomeCloud.Dns.Resolving;

/// <summary>Cache and upstreams as instruments. All are observed: nothing is spent until they are read.</summary>
internal sealed class ForwardingInstruments : IDisposable
{
    private readonly Meter _meter = new("HomeCloud.Dns");

    public ForwardingInstruments(AnswerCache cache, CacheCounters counters, Forwarder forwarder, ForwardingRunner runner, ForwardingLimits limits)
    {
        _meter.CreateObservableCounter("homecloud.dns.cache.lookups", () => Lookups(counters), "{lookup}", "Questions looked up in the cache, by result.");
        _meter.CreateObservableCounter("homecloud.dns.cache.refreshes", () => counters.Refreshes, "{refresh}", "Popular answers fetched again before they expired.");
        _meter.CreateObservableCounter("homecloud.dns.cache.evictions", () => cache.Evictions, "{response}", "Responses dropped for lack of space.");
        _meter.CreateObservableGauge("homecloud.dns.cache.size", () => cache.Bytes, "By", "Octets in use by cached responses.");
        _meter.CreateObservableGauge("homecloud.dns.cache.responses", () => cache.Count, "{response}", "Responses in the cache.");
        _meter.CreateObservableGauge("homecloud.dns.forward.waiting", () => limits.Count, "{query}", "Client queries waiting for upstreams.");
        _meter.CreateObservableGauge("homecloud.dns.forward.asking", () => runner.Asking, "{question}", "Distinct questions on their way to upstreams.");
        _meter.CreateObservableCounter("homecloud.dns.upstream.queries", () => forwarder.Status.Select(status => Of(status, status.Queries)), "{query}", "Questions sent to each upstream.");
        _meter.CreateObservableCounter("homecloud.dns.upstream.failures", () => forwarder.Status.Select(status => Of(status, status.Failures)), "{query}", "Questions that an upstream refused or left unanswered.");
        _meter.CreateObservableGauge("homecloud.dns.upstream.up", () => forwarder.Status.Select(status => Of(status, status.State is UpstreamState.Up or UpstreamState.Suspect ? 1L : 0L)), null, "1 while an upstream answers, 0 while it is down or loops.");
        _meter.CreateObservableGauge("homecloud.dns.upstream.round_trip", () => forwarder.Status.Where(status => status.RoundTripMilliseconds is not null).Select(status => Of(status, status.RoundTripMilliseconds!.Value / 1_000)), "s", "Smoothed round-trip time of each upstream.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Lookups(CacheCounters counters) =>
    [
        new(counters.Hits, new KeyValuePair<string, object?>("result", "hit")),
        new(counters.StaleHits, new KeyValuePair<string, object?>("result", "stale")),
        new(counters.Misses, new KeyValuePair<string, object?>("result", "miss")),
    ];

    private static Measurement<T> Of<T>(UpstreamStatus status, T value)
        where T : struct =>
        new(value, new KeyValuePair<string, object?>("upstream", status.Upstream), new KeyValuePair<string, object?>("zone", status.Zone));
}
