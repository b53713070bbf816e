using System.Net;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Forwarding.Upstreams;

public sealed class LoopTests
{
    [Theory]
    [InlineData("192.168.1.2:53", "192.168.1.2:53", true)]
    [InlineData("192.168.1.2:53", "192.168.1.2:54", false)]
    [InlineData("0.0.0.0:53", "127.0.0.1:53", true)]
    [InlineData("0.0.0.0:53", "127.0.0.53:53", true)]
    [InlineData("[::]:53", "127.0.0.1:53", true)]
    [InlineData("0.0.0.0:53", "192.0.2.77:53", false)]
    [InlineData("127.0.0.1:5353", "127.0.0.1:53", false)]
    public void Knows_its_own_addresses(string listening, string upstream, bool own) =>
        new OwnEndPoints([IPEndPoint.Parse(listening)]).Contains(IPEndPoint.Parse(upstream)).Should().Be(own);

    [Fact]
    public void An_upstream_that_is_this_server_is_refused_before_the_start()
    {
        var own = new OwnEndPoints([IPEndPoint.Parse("127.0.0.1:53")]);
        var options = new ForwardingOptions { Upstreams = ["9.9.9.9", "127.0.0.1", "tcp://127.0.0.1:53"], Forwards = ["lan=192.168.1.1,127.0.0.1"] };

        LoopCheck.Find(options, own).Should().SatisfyRespectively(
            text => text.Should().Contain("--upstream '127.0.0.1' is this server itself"),
            text => text.Should().Contain("--upstream 'tcp://127.0.0.1:53' is this server itself"),
            text => text.Should().Contain("--forward 'lan=192.168.1.1,127.0.0.1' points to this server itself"));
    }

    [Fact]
    public void Servers_of_the_host_that_are_this_server_are_left_out()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "nameserver 127.0.0.1\nnameserver 192.0.2.53\n");
        using var forwarder = new Forwarder(
            new ForwardingOptions { ResolvConf = path },
            new OwnEndPoints([IPEndPoint.Parse("127.0.0.1:53")]),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Forwarder>.Instance);

        forwarder.Status.Select(status => status.Upstream).Should().Equal("192.0.2.53");

        File.WriteAllText(path, "nameserver 192.0.2.54\n");
        forwarder.Reload().Should().BeTrue();
        forwarder.Reload().Should().BeFalse("nothing changed since");
        forwarder.Status.Select(status => status.Upstream).Should().Equal("192.0.2.54");
        File.WriteAllText(path, "");
        forwarder.Reload().Should().BeFalse("a file being rewritten is empty for a moment");
        forwarder.Status.Should().HaveCount(1);
        File.Delete(path);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upstream_that_sends_our_queries_back_is_found_named_and_no_longer_asked()
    {
        await using var router = new ScriptedServer();
        router.When("*", null, reply => reply.Behaviours.Add("silence"));
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(router));
        var probe = harness.Forwarder.Loops.ProbeAsync(harness.Forwarder.Upstreams.Single(), CancellationToken.None);
        await ForwardingHarness.Eventually(() => !router.Seen.IsEmpty);

        // The router passes the probe on to its own upstream, which is us.
        var circled = await harness.AskAsync(router.Seen.First().Message.Name, RecordType.Txt);
        circled.Code.Should().Be(ResponseCode.Refused);
        await probe;
        harness.Forwarder.Status.Should().ContainSingle().Which.State.Should().Be(UpstreamState.Looping);

        var answer = await harness.AskAsync("www.example.");
        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle().Which.Text.Should().Contain($"{router.EndPoint} sends our queries back to us");
        router.Count("www.example.").Should().Be(0);
        harness.Stage.UpstreamInUse.Should().Contain("sends our queries back");
    }

    [Fact(Timeout = 60_000)]
    public async Task Once_the_router_is_set_right_it_is_asked_again()
    {
        await using var router = new ScriptedServer();
        router.When("*", null, reply => reply.Code = ResponseCode.NameError);
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(router));
        var upstream = harness.Forwarder.Upstreams.Single();
        upstream.Health.MarkLooping(true);

        await harness.Forwarder.Loops.ProbeAsync(upstream, CancellationToken.None);

        upstream.Health.State.Should().Be(UpstreamState.Up);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_router_that_sends_the_zone_of_its_own_rule_back_is_found_by_a_name_below_that_zone()
    {
        await using var router = new ScriptedServer();
        router.When("*", null, reply => reply.Behaviours.Add("silence"));
        await using var outside = new ScriptedServer();
        outside.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        var options = ForwardingHarness.OptionsFor(outside);
        options.Forwards = [$"home={router.EndPoint}"];
        await using var harness = new ForwardingHarness(options);
        var probe = harness.Forwarder.Loops.ProbeAsync(harness.Forwarder.Upstreams.First(), CancellationToken.None);
        await ForwardingHarness.Eventually(() => !router.Seen.IsEmpty);
        var asked = router.Seen.First().Message.Name;
        asked.ToLowerInvariant().Should().EndWith(".homecloud-loop-check.home.", "the router may forward .home and nothing else");

        (await harness.AskAsync(asked, RecordType.Txt)).Code.Should().Be(ResponseCode.Refused);
        await probe;

        harness.Forwarder.Status[0].State.Should().Be(UpstreamState.Looping);
        harness.Forwarder.HasRuleFor(DnsName.Parse("livebox.home."), 0).Should().BeFalse("a rule that leads back to us is none");
        (await harness.AskAsync("www.example.")).Code.Should().Be(ResponseCode.NoError);
    }
}
