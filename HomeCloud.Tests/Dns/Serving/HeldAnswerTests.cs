using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Dns.Messages;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Dns.Serving;

/// <summary>Which questions wake a server, and how long an answer waits for it.</summary>
public sealed class HeldAnswerTests : IReplySource, IReplyPath
{
    private readonly PipelineHarness _dns = new();
    private readonly ManualClock _clock = new();
    private readonly LocalWakeLine _line = new();
    private readonly ConcurrentQueue<WakeCall> _calls = new();
    private readonly TaskCompletionSource<string?> _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BlockingCollection<MessageText> _late = [];
    private readonly QueryPipeline _pipeline;

    public HeldAnswerTests()
    {
        _line.Answer("box1", call =>
        {
            _calls.Enqueue(call);
            return _woken.Task;
        });
        _pipeline = new QueryPipeline(
            _dns.Options, _dns.Catalog, _dns.Forwarding, _dns.Status, _dns.Access, _dns.Edns, _clock,
            sleepers: new WakingNames(_dns.Projection.Sleepers, _line), clock: new ServingClock(() => _dns.Now));
        _dns.With(
            Asleep("box") with { Services = [new ServiceEndpoint("http", "tcp", 80)] },
            Asleep("*.box") with { Reverse = false },
            Asleep("deaf") with { Attributes = NameRecord.NoAttributes.Add(RecordAttributes.WakeOn, "packet") },
            Record("box1", "tv") with { AliasOf = "box", Addresses = [] },
            Record("box1", "up", "192.168.1.21"));
    }

    IReplyPath IReplySource.CaptureReplyPath() => this;

    void IReplyPath.Send(ReadOnlySpan<byte> response) => _late.Add(MessageText.Parse(response));

    void IReplyPath.Abandon() => Assert.Fail("no answer");

    [Theory]
    [InlineData("box.home", RecordType.A, "box")]
    [InlineData("BOX.home", RecordType.A, "box")]
    [InlineData("tv.home", RecordType.A, "box")]
    [InlineData("any.box.home", RecordType.A, "*.box")]
    [InlineData("box", RecordType.A, "box")]
    [InlineData("_http._tcp.box.home", RecordType.Srv, "box")]
    public void A_question_for_where_it_is_wakes_it_and_is_answered_when_it_is_there(string name, RecordType type, string woken)
    {
        Ask(name, type).Should().BeNull("the answer is held");
        Eventually(() => _calls.Count == 1);
        _calls.Single().Should().Be(new WakeCall("box1", woken, IPAddress.Parse("192.168.1.7"), type == RecordType.A ? "A" : "SRV"));
        _late.Should().BeEmpty();

        _woken.SetResult(null);

        Late().Code.Should().Be("NOERROR");
    }

    [Theory]
    [InlineData("box.home", RecordType.Aaaa)]
    [InlineData("box.home", RecordType.Https)]
    public void What_it_has_not_is_said_at_once_and_wakes_it_too(string name, RecordType type)
    {
        Ask(name, type).Should().NotBeNull();

        Eventually(() => _calls.Count == 1);
    }

    [Theory]
    [InlineData("box.home", RecordType.Txt)]
    [InlineData("box.home", RecordType.Any)]
    [InlineData("20.1.168.192.in-addr.arpa", RecordType.Ptr)]
    [InlineData("home", RecordType.Soa)]
    [InlineData("up.home", RecordType.A)]
    [InlineData("deaf.home", RecordType.A)]
    [InlineData("nobody.home", RecordType.A)]
    public void Other_questions_wake_nobody(string name, RecordType type)
    {
        Ask(name, type).Should().NotBeNull();

        _calls.Should().BeEmpty();
    }

    [Fact]
    public void Without_RD_a_person_looks_and_wakes_nobody()
    {
        Ask("box.home", RecordType.A, HeaderFlags.None)!.Answer.Should().ContainSingle();

        _calls.Should().BeEmpty();
    }

    [Fact]
    public void An_answer_waits_for_two_seconds_and_no_longer()
    {
        Ask("box.home", RecordType.A).Should().BeNull();
        Eventually(() => _calls.Count == 1);

        _clock.Advance(TimeSpan.FromSeconds(1.9));
        _late.Should().BeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        Late().Answer.Should().ContainSingle().Which.Should().Contain("192.168.1.20");
    }

    [Fact]
    public void Why_it_is_not_there_comes_with_the_address()
    {
        Ask("box.home", RecordType.A).Should().BeNull();

        _woken.SetResult("Docker is away");

        var late = Late();
        late.Answer.Should().ContainSingle().Which.Should().Contain("192.168.1.20");
        string.Join(" ", late.Options).Should().Contain("Docker is away");
    }

    [Fact]
    public void The_answer_is_what_the_zones_say_by_then()
    {
        Ask("box.home", RecordType.A).Should().BeNull();
        _dns.With(Asleep("box") with { State = RecordState.Running, Addresses = [IPAddress.Parse("192.168.1.99")] });

        _woken.SetResult(null);

        Late().Answer.Should().ContainSingle().Which.Should().Contain("192.168.1.99");
    }

    [Fact]
    public void A_flood_is_held_so_far_and_then_answered_at_once()
    {
        var held = Enumerable.Range(0, 200).Count(_ => Ask("box.home", RecordType.A) is null);

        held.Should().Be(64);
        _woken.SetResult(null);
        Eventually(() => _late.Count == held);
        Ask("box.home", RecordType.A).Should().BeNull("there is room again");
        Eventually(() => _late.Count == held + 1);
    }

    [Fact]
    public void All_devices_together_are_held_so_far()
    {
        var held = 0;
        for (var device = 1u; device <= 20; device++)
        {
            _dns.Client = ClientAddress.FromIPv4(0xC0A80100 + device);
            held += Enumerable.Range(0, 64).Count(_ => Ask("box.home", RecordType.A) is null);
        }

        held.Should().Be(1024);
        _woken.SetResult(null);
        Eventually(() => _late.Count == held);
    }

    [Fact]
    public void With_nobody_asleep_nothing_is_looked_for()
    {
        _dns.Catalog.HasSleepers.Should().BeTrue();
        _dns.With(Record("box1", "up", "192.168.1.21"));

        _dns.Catalog.HasSleepers.Should().BeFalse();
    }

    private static NameRecord Asleep(string name) => Record("box1", name, "192.168.1.20") with { State = RecordState.Asleep };

    private MessageText? Ask(string name, RecordType type, HeaderFlags flags = HeaderFlags.RecursionDesired)
    {
        var query = new QueryBuilder(name, type) { Flags = flags, UdpSize = 1232 }.Build();
        var buffer = new byte[4096];
        query.CopyTo(buffer, 0);
        var context = new QueryContext { Client = _dns.Client, Local = _dns.Local, Transport = QueryTransport.Udp, NowMilliseconds = _dns.Now, Replies = this };
        return _pipeline.Handle(buffer, query.Length, context, out var length) == Disposition.Deferred ? null : MessageText.Parse(buffer.AsSpan(0, length));
    }

    private MessageText Late() => _late.TryTake(out var answer, TimeSpan.FromSeconds(20)) ? answer : throw new TimeoutException("no answer came");

    private static void Eventually(Func<bool> condition) => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)).Should().BeTrue();
}
