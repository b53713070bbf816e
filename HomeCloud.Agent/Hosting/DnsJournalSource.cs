using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.Queries;

namespace HomeCloud.Agent.Hosting;

/// <summary>Hands what the DNS server of this process does to who keeps it.</summary>
internal sealed class DnsJournalSource(IQueryJournal journal) : IDnsJournal
{
    public DnsCounts Count()
    {
        var totals = journal.Count();
        return new DnsCounts([totals.Received, totals.Local, totals.Cached, totals.Forwarded, totals.Blocked, totals.Failed, .. totals.Durations]);
    }

    public void Follow(Action<DnsQueryView> receive) => journal.Follow(query => receive(View(query)));

    public void HandOver() => journal.HandOver();

    public static DnsQueryView View(SeenQuery query) => new(
        query.Time,
        query.Client.ToString(),
        query.Name,
        query.Type,
        query.ResponseCode,
        query.Source switch { AnswerSource.Local => "our zones", AnswerSource.Immediate => "cache", AnswerSource.Blocked => "blocked", _ => "forwarded" },
        Math.Round(query.Duration?.TotalMilliseconds ?? 0, 1));
}
