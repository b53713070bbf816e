using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class ObservedQueryHandlerTests : IDisposable
{
    private readonly QueryObserver _observer = new();
    private readonly ScriptedQueries _pipeline = new();
    private readonly ObservedQueryHandler _handler;

    public ObservedQueryHandlerTests() => _handler = new ObservedQueryHandler(_pipeline, _observer);

    [Fact]
    public void Answers_are_counted_by_code_source_transport_and_type()
    {
        _pipeline.Code = ResponseCode.NameError;
        _pipeline.Ask(_handler, ScriptedQueries.Query("nobody.home.", RecordType.Aaaa));
        _pipeline.Authoritative = false;
        _pipeline.Ask(_handler, ScriptedQueries.Query("example.org.", RecordType.A), transport: QueryTransport.Tcp);

        _observer.Counters.Queries(QueryTransport.Udp).Should().Be(1);
        _observer.Counters.Queries(QueryTransport.Tcp).Should().Be(1);
        _observer.Counters.Answers(ResponseCode.NameError, AnswerSource.Local).Should().Be(1);
        _observer.Counters.Answers(ResponseCode.NameError, AnswerSource.Immediate).Should().Be(1);
        _observer.Counters.Asked((int)RecordType.Aaaa).Should().Be(1);
    }

    [Fact]
    public void A_late_answer_reaches_the_client_and_is_counted_when_it_is_sent()
    {
        var query = ScriptedQueries.Query("example.org.", RecordType.A);
        _pipeline.Next = Disposition.Deferred;
        _pipeline.Ask(_handler, query).Should().Be(Disposition.Deferred);
        _observer.Counters.Answers(ResponseCode.NoError, AnswerSource.Forwarded).Should().Be(0);

        _pipeline.Captured!.Send(_pipeline.Response(query));

        _pipeline.Sent.Should().ContainSingle();
        _observer.Counters.Answers(ResponseCode.NoError, AnswerSource.Forwarded).Should().Be(1);
    }

    [Fact]
    public void What_is_dropped_or_given_up_is_counted_as_dropped()
    {
        _pipeline.Next = Disposition.Dropped;
        _pipeline.Ask(_handler, [1, 2, 3]);
        _pipeline.Next = Disposition.Deferred;
        _pipeline.Ask(_handler, ScriptedQueries.Query("example.org.", RecordType.A));
        _pipeline.Captured!.Abandon();

        _observer.Counters.Dropped().Should().Be(2);
        _pipeline.Abandoned.Should().Be(1);
    }

    [Fact]
    public void Single_queries_are_recorded_only_while_somebody_follows()
    {
        var query = ScriptedQueries.Query("AirPlay.home.", RecordType.A);
        _pipeline.Ask(_handler, query);
        _observer.Ring = new QueryRing(4);
        _pipeline.Ask(_handler, query, client: "fd00::7");

        _observer.Ring.TryRead(out var record).Should().BeTrue();
        DnsName.ToText(record.Name).Should().Be("AirPlay.home.");
        record.Client.ToString().Should().Be("fd00::7");
        _observer.Ring.TryRead(out _).Should().BeFalse();
    }

    [Fact]
    public void A_hit_allocates_nothing_even_while_the_query_log_follows()
    {
        _observer.Ring = new QueryRing(4);
        var query = ScriptedQueries.Query("airplay.home.", RecordType.A);
        var buffer = new byte[4096];
        Run(200);

        Allocations.Least(() => Run(10_000)).Should().Be(0);

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                query.CopyTo(buffer, 0);
                var context = new QueryContext { Client = default, Transport = QueryTransport.Udp, NowMilliseconds = 1, Replies = _pipeline };
                _handler.Handle(buffer, query.Length, context, out _);
            }
        }
    }

    public void Dispose() => _observer.Dispose();
}
