using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Net.Wire;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Dns.Telemetry.Activity;

/// <summary>For one who keeps what the server did, and does so at times of its own: nothing wakes for it.</summary>
public interface IQueryJournal
{
    DnsCounts Count();

    /// <summary>Begins to hand over single queries, to one receiver and until the process ends. It is called by one thread at a time.</summary>
    void Follow(Action<DnsQueryView> receive);

    /// <summary>Hands over now what came since the last time. By itself it happens only when so much has come that some could be lost.</summary>
    void HandOver();
}

internal sealed class QueryJournal(QueryObserver observer, QueryFeed feed) : IQueryJournal, IQuerySink
{
    private Action<DnsQueryView>? _receive;

    public bool IsPatient => true;

    public DnsCounts Count()
    {
        var counters = observer.Counters;
        long Answers(AnswerSource source, bool isError)
        {
            var sum = 0L;
            for (var code = 0; code < QueryCounters.ResponseCodes; code++)
            {
                if (((ResponseCode)code is ResponseCode.NoError or ResponseCode.NameError) != isError)
                    sum += counters.Answers((ResponseCode)code, source);
            }

            return sum;
        }

        return new DnsCounts(
        [
            Enumerable.Range(0, QueryCounters.Transports).Sum(transport => counters.Queries((QueryTransport)transport)),
            Answers(AnswerSource.Local, false),
            Answers(AnswerSource.Immediate, false),
            Answers(AnswerSource.Forwarded, false),
            Answers(AnswerSource.Blocked, false) + Answers(AnswerSource.Blocked, true),
            Answers(AnswerSource.Local, true) + Answers(AnswerSource.Immediate, true) + Answers(AnswerSource.Forwarded, true),
            .. Enumerable.Range(0, DnsCounts.Bounds.Length).Select(counters.Durations),
        ]);
    }

    public void Follow(Action<DnsQueryView> receive)
    {
        _receive = receive;
        feed.Attach(this);
    }

    public void HandOver() => feed.Drain();

    public void Accept(in QueryRecord record) => _receive?.Invoke(SeenQuery.From(record).ToView());

    public void EndOfBatch()
    {
    }
}
