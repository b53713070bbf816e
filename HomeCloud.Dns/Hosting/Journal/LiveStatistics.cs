using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Registry.Journals;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Dns.Hosting.Journal;

/// <summary>The last minutes of this server, for the page.</summary>
internal sealed class LiveStatistics(IResolverActivity activity, IServiceProvider services, DnsHistoryOptions history, TimeProvider time)
{
    private const int ShownSeconds = 300;
    private static readonly double[] Bounds = [.. DnsCounts.Bounds];

    /// <summary>Clients are not shown either when they shall not be kept.</summary>
    private bool IsAnonymous => history.Level == DnsHistoryLevel.Anonymous;

    public IReadOnlyList<DnsUpstreamView> Upstreams => [.. (services.GetService<Forwarder>()?.Status ?? []).Select(View)];

    public DnsStatisticsView Read()
    {
        var snapshot = activity.Look();
        var forwarded = snapshot.Recent.Where(q => q is { Source: AnswerSource.Forwarded, Duration: not null }).Select(q => q.Duration!.Value.TotalMilliseconds).ToList();
        return new DnsStatisticsView
        {
            Seconds = Seconds(snapshot),
            Queries = snapshot.Queries,
            AnsweredAtOnce = snapshot.Local + snapshot.Immediate,
            FromCache = snapshot.Immediate,
            Forwarded = snapshot.Forwarded,
            Failed = snapshot.Failed,
            Latency = [.. Bounds.Select((bound, i) => new DnsLatencyView(bound, forwarded.Count(ms => ms < bound && (i == 0 || ms >= Bounds[i - 1]))))],
            TopNames = [.. snapshot.TopNames.Take(12).Select(p => new DnsCountView(p.Key, p.Value))],
            TopClients = [.. snapshot.TopClients.Take(IsAnonymous ? 0 : 12).Select(p => new DnsCountView(p.Key, p.Value))],
            Validation = services.GetService<IForwarding>()?.ValidationInUse,
            Upstreams = Upstreams,
        };
    }

    /// <summary>Newest first.</summary>
    public IEnumerable<DnsQueryView> Queries => activity.Look().Recent.Select(query => query.ToView()).Select(query => IsAnonymous ? query with { Client = "-" } : query);

    private List<DnsSecondView> Seconds(ActivitySnapshot snapshot)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var seconds = new List<DnsSecondView>(ShownSeconds);
        for (var i = 0; i < ShownSeconds; i++)
        {
            // Aligned at the end: before the start there was nothing.
            var at = snapshot.PerSecond.Count - ShownSeconds + i;
            var (all, forwarded, failed) = at < 0 ? (0, 0, 0) : ((int)snapshot.PerSecond[at], (int)snapshot.ForwardedPerSecond[at], (int)snapshot.FailedPerSecond[at]);
            forwarded = Math.Max(0, forwarded - failed);
            seconds.Add(new DnsSecondView(now - ShownSeconds + i, Math.Max(0, all - forwarded - failed), forwarded, failed));
        }

        return seconds;
    }

    private static DnsUpstreamView View(UpstreamStatus status) => new(
        status.Upstream,
        status.State is UpstreamState.Up or UpstreamState.Suspect,
        status.RoundTripMilliseconds is { } ms ? Math.Round(ms, 1) : null,
        status.Problem ?? status.SignatureProblem ?? $"{(status.Zone is "." or "" ? "" : $"for {status.Zone}, ")}{status.Answers} answers, {status.Failures} failures");
}
