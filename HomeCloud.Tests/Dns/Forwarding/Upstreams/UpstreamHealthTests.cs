using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Forwarding.Upstreams;

public sealed class UpstreamHealthTests
{
    [Fact]
    public void Silence_alone_only_raises_suspicion_and_any_answer_clears_it()
    {
        var health = new UpstreamHealth();

        health.Unanswered(2_000).Should().BeFalse();
        health.Unanswered(2_000).Should().BeFalse();
        health.Answered(10);
        health.Unanswered(5_000).Should().BeFalse();
        health.Unanswered(5_000).Should().BeFalse();
        health.Unanswered(5_000).Should().BeTrue("three in a row");
        health.State.Should().Be(UpstreamState.Suspect);
        health.Unanswered(5_000).Should().BeFalse("one probe is enough");
        health.Answered(10).Should().BeFalse("it had not been down");
        health.State.Should().Be(UpstreamState.Up);
    }

    [Fact]
    public void An_attempt_that_lost_the_race_early_proves_nothing()
    {
        var health = new UpstreamHealth();
        health.Answered(100);
        for (var i = 0; i < 100; i++)
            health.Unanswered(50).Should().BeFalse();

        health.State.Should().Be(UpstreamState.Up);
        health.Failures.Should().Be(0);
    }

    [Fact(Timeout = 90_000)]
    public async Task A_dead_upstream_is_noticed_avoided_and_found_again_soon_after_it_returns()
    {
        await using var first = new ScriptedServer();
        await using var second = new ScriptedServer();
        foreach (var server in (ScriptedServer[])[first, second])
            server.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        var options = ForwardingHarness.OptionsFor(first, second);
        options.StrictOrder = true;
        await using var harness = new ForwardingHarness(options);
        await harness.AskAsync("warm.example.");

        first.IsDead = true;
        var asked = 0;
        var deadline = Environment.TickCount64 + 40_000;
        while (harness.Forwarder.Status[0].State != UpstreamState.Down)
        {
            Environment.TickCount64.Should().BeLessThan(deadline);
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => harness.AskAsync($"n{Interlocked.Increment(ref asked)}.example.")));
            answers.Should().OnlyContain(answer => answer.Code == ResponseCode.NoError, "the other one answers all the while");
        }

        harness.Stage.UpstreamInUse.Should().Be(second.EndPoint.ToString());
        harness.Forwarder.Status[0].Problem.Should().Be("no answer");

        first.IsDead = false;
        await ForwardingHarness.Eventually(() => harness.Forwarder.Status[0].State == UpstreamState.Up);
        harness.Stage.UpstreamInUse.Should().Be(first.EndPoint.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_closed_port_is_named_at_once()
    {
        var gone = new ScriptedServer();
        await gone.DisposeAsync();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(gone));

        var answer = await harness.AskAsync("www.example.");

        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle(error => error.Code == EdeCode.NetworkError && error.Text.Contains("connection refused", StringComparison.Ordinal));
    }

    [Fact]
    public void Second_upstreams_are_measured_after_two_billion_questions_too()
    {
        var upstreams = new[] { "192.0.2.1", "192.0.2.2" }.Select(text => new Upstream(
            UpstreamAddress.TryParse(text, out var address, out _) ? address : throw new InvalidOperationException(text),
            [0],
            new QueryShape(Edns: true, UdpSize: 1232, MixCase: true, Padded: false),
            new UpstreamChannel(_ => throw new NotSupportedException(), TimeProvider.System),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)).ToArray();
        var group = new UpstreamGroup([0], upstreams, strictOrder: false);
        var asked = typeof(UpstreamGroup).GetField("_asked", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!;
        asked.SetValue(group, Convert.ChangeType(int.MaxValue, asked.FieldType, System.Globalization.CultureInfo.InvariantCulture));

        Enumerable.Range(0, 160).Count(_ => group.Plan().Measure).Should().Be(10);
    }
}
