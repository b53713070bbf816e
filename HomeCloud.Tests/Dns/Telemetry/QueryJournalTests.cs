using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class QueryJournalTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ManualClock _clock = new();
    private readonly QueryObserver _observer = new();
    private readonly QueryFeed _feed;
    private readonly QueryJournal _journal;
    private readonly List<DnsQueryView> _seen = [];

    public QueryJournalTests()
    {
        _feed = new QueryFeed(_observer, _clock, NullLogger<QueryFeed>.Instance);
        _journal = new QueryJournal(_observer, _feed);
    }

    private int Seen
    {
        get
        {
            lock (_seen)
                return _seen.Count;
        }
    }

    public void Dispose()
    {
        _feed.Dispose();
        _observer.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_wakes_until_the_journal_is_asked_or_the_ring_fills()
    {
        await FollowAsync();
        _observer.Ring!.TryWrite(Record());
        _clock.Armed.Should().Be(0, "a patient follower costs no wake-up");
        Seen.Should().Be(0);

        _journal.HandOver();
        Seen.Should().Be(1);

        var half = _observer.Ring.Capacity / 2;
        for (var i = 2; i < half; i++)
            _observer.Ring.TryWrite(Record());
        _clock.Armed.Should().Be(0);
        Seen.Should().Be(1);
        _observer.Ring.TryWrite(Record());
        (await Poll.UntilAsync(() => Seen == half, Patience)).Should().BeTrue();
        (await Poll.UntilAsync(() => _clock.NextIn == TimeSpan.FromSeconds(1), Patience)).Should().BeTrue("a flood is looked at once a second");
        await _feed.StopAsync(default);
    }

    [Fact(Timeout = Limit)]
    public async Task Who_looks_now_gets_a_larger_ring_and_nothing_is_lost_in_the_exchange()
    {
        await FollowAsync();
        var patient = _observer.Ring!;
        patient.TryWrite(Record());
        var hasty = new Hasty();

        _feed.Attach(hasty);
        _observer.Ring.Should().NotBeSameAs(patient).And.Match<QueryRing>(ring => ring.Capacity > patient.Capacity);
        _observer.Ring!.TryWrite(Record());
        (await Poll.UntilAsync(() => _clock.NextIn == TimeSpan.FromMilliseconds(50), Patience)).Should().BeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        (await Poll.UntilAsync(() => Seen == 2, Patience)).Should().BeTrue();

        _observer.Ring.TryWrite(Record());
        _feed.Detach(hasty);
        _observer.Ring!.Capacity.Should().Be(patient.Capacity);
        _journal.HandOver();
        Seen.Should().Be(3);
        await _feed.StopAsync(default);
    }

    [Fact]
    public void Every_answer_is_of_one_kind()
    {
        void Answer(ResponseCode code, AnswerSource source) => _observer.Counters.CountAnswer(code, source, RecordType.A);
        Answer(ResponseCode.NoError, AnswerSource.Local);
        Answer(ResponseCode.NameError, AnswerSource.Local);
        Answer(ResponseCode.NoError, AnswerSource.Immediate);
        Answer(ResponseCode.NameError, AnswerSource.Forwarded);
        Answer(ResponseCode.NameError, AnswerSource.Blocked);
        Answer(ResponseCode.ServerFailure, AnswerSource.Forwarded);
        Answer(ResponseCode.Refused, AnswerSource.Immediate);
        _observer.Counters.CountQuery(QueryTransport.Tls);
        _observer.Counters.CountDuration(7.5);
        _observer.Counters.CountDuration(0.2);
        _observer.Counters.CountDuration(60_000);

        var totals = _journal.Count();

        totals.Values[DnsCounts.Queries..DnsCounts.Durations].Should().Equal(1, 2, 1, 1, 1, 2);
        totals.Values[DnsCounts.Durations..].Should().Equal(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1);
    }

    private async Task FollowAsync()
    {
        await _feed.StartAsync(default);
        _journal.Follow(query =>
        {
            lock (_seen)
                _seen.Add(query);
        });
        // Its first turn, which coming to follow brings.
        (await Poll.UntilAsync(() => _clock.NextIn == TimeSpan.FromSeconds(1), Patience)).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await Poll.UntilAsync(() => _clock.Armed == 0, Patience)).Should().BeTrue();
    }

    private static QueryRecord Record()
    {
        var record = new QueryRecord { Time = new DateTime(2026, 11, 30, 12, 0, 0, DateTimeKind.Utc).Ticks, Client = ClientAddress.From(IPAddress.Loopback), Type = RecordType.A };
        record.SetName(DnsName.Parse("airplay.home."));
        return record;
    }

    private sealed class Hasty : IQuerySink
    {
        public void Accept(in QueryRecord record)
        {
        }

        public void EndOfBatch()
        {
        }
    }
}
