using System.Diagnostics;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Resolving;
using HomeCloud.Dns.Resolving.Ability;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using HomeCloud.Tests.Dns.Validation;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Resolving.Ability;

/// <summary><c>--dnssec auto</c>, over a tree signed by BIND: validated where an upstream allows it, and never dark where none does.</summary>
[Trait("Category", "Slow")]
public sealed class UpstreamAbilitiesTests(UpstreamAbilitiesTests.Fixture fixture) : IClassFixture<UpstreamAbilitiesTests.Fixture>, IAsyncLifetime
{
    private const string Signed = "www.p256.lab.";

    private readonly SignedTree _tree = fixture.Tree;
    private readonly ForgingUpstream _upstream = new(fixture.Tree.Server);
    private readonly ShiftedTime _time = new();
    private readonly CollectedLog<ValidatedForwarding> _log = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _upstream.DisposeAsync().AsTask();

    [Fact(Timeout = 120_000)]
    public async Task Answers_are_validated_where_the_upstream_passes_signatures()
    {
        _upstream.Forgeries[("many.p256.lab.", RecordType.A)] = Forgery.OtherData;
        await using var harness = Harness(_upstream.Server);
        harness.Validated!.Describe().Should().Be("auto, no upstream has been looked at yet");
        _upstream.Server.Seen.Should().BeEmpty("nobody is asked before there is a question");

        (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue("the first answer is validated too");
        var forged = await harness.AskAsync("many.p256.lab.");
        forged.Code.Should().Be(ResponseCode.ServerFailure);
        forged.Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.DnssecBogus);
        harness.Validated.Describe().Should().Be("auto, answers are validated");
        harness.Forwarder.Status.Should().ContainSingle().Which.PassesSignatures.Should().BeTrue();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(Forgery.NoSignatures, "strips DNSSEC signatures: DNSKEY of . has no signature of .")]
    [InlineData(Forgery.NoAuthoritySignatures, "strips DNSSEC signatures: ")]
    [InlineData(Forgery.NoProofs, "strips DNSSEC signatures: ")]
    [InlineData(Forgery.Empty, "strips DNSSEC signatures: . has no DNSKEY records")]
    [InlineData(Forgery.WrongSignature, "changes signed answers: ")]
    public async Task An_upstream_that_gives_less_is_named_and_its_answers_pass(Forgery forgery, string reason)
    {
        _upstream.Otherwise = forgery;
        _upstream.Forgeries[(Signed, RecordType.A)] = Forgery.None;
        await using var harness = Harness(_upstream.Server);
        var answer = await harness.AskAsync(Signed, dnssecOk: true, flags: HeaderFlags.RecursionDesired | HeaderFlags.AuthenticData);
        answer.Code.Should().Be(ResponseCode.NoError);
        answer.Answers.Should().NotBeEmpty();
        answer.Has(HeaderFlags.AuthenticData).Should().BeFalse("nobody here knows");
        harness.Validated!.State.Should().Be(ValidationState.Tolerating);
        harness.Validated.Describe().Should().StartWith($"auto, answers are not validated: upstream {_upstream.Server.EndPoint} {reason}");
        harness.Forwarder.Status.Should().ContainSingle().Which.SignatureProblem.Should().StartWith(reason);

        await harness.AskAsync("many.p256.lab.");
        _upstream.Server.Count(".", RecordType.Txt).Should().Be(1, "it is not looked at for each question");
        var asked = _upstream.Server.Seen.Count;
        await harness.AskAsync(Signed, dnssecOk: true);
        _upstream.Server.Seen.Should().HaveCount(asked, "the first answer is remembered, too");
        _log.Messages.Should().HaveCount(2).And.ContainMatch($"Upstream {_upstream.Server.EndPoint} {reason}*").And.ContainMatch("DNSSEC: answers from outside are not validated, because no upstream gives what it takes: *");
    }

    [Fact(Timeout = 120_000)]
    public async Task An_upstream_that_makes_addresses_is_not_validated()
    {
        await using var upstream = new ScriptedServer().When("ipv4only.arpa.", RecordType.Aaaa, reply => reply.Answers.Add("@ 300 AAAA 64:ff9b::c000:aa"));
        upstream.When("*", null, reply => reply.Whole = _upstream.Server.Find(DnsMessage.Parse(DnsMessage.Query("x.", RecordType.A))).Whole);
        await using var harness = Harness(upstream);
        (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeFalse();
        harness.Forwarder.Status.Should().ContainSingle().Which.SignatureProblem.Should().Be("makes IPv6 addresses of IPv4 ones (DNS64), which validation would end");
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_upstream_is_asked_where_one_strips_signatures()
    {
        await using var stripping = new ForgingUpstream(_tree.Server) { Otherwise = Forgery.NoSignatures };
        await using var harness = Harness(stripping.Server, _upstream.Server);
        await harness.AskAsync(Signed, dnssecOk: true);
        await ForwardingHarness.Eventually(() => harness.Forwarder.Status.All(status => status.PassesSignatures is not null));
        _upstream.Forgeries[("forged.p256.lab.", RecordType.A)] = Forgery.OtherCode;
        var before = stripping.Server.Seen.Count;
        foreach (var name in (string[])["many.p256.lab.", "www.rsa256.lab.", "www.nsec3.lab.", "nope.nsec3.lab."])
            (await harness.AskAsync(name, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue(name);
        (await harness.AskAsync("forged.p256.lab.")).Code.Should().Be(ResponseCode.ServerFailure, "that one upstream strips does not let another's forgeries in");
        stripping.Server.Seen.Should().HaveCount(before, "what is validated is asked of those that allow it");
        harness.Validated!.State.Should().Be(ValidationState.Validating);
    }

    [Fact(Timeout = 120_000)]
    public async Task When_an_upstream_begins_to_strip_no_question_fails_for_it()
    {
        await using var harness = Harness(_upstream.Server);
        (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();

        _time.Pass(TimeSpan.FromMinutes(5));
        _upstream.Otherwise = Forgery.NoSignatures;
        (await harness.AskAsync("many.p256.lab.")).Code.Should().Be(ResponseCode.NoError);
        harness.Validated!.State.Should().Be(ValidationState.Tolerating);
        (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue("it was validated, and is remembered");
    }

    [Fact(Timeout = 120_000)]
    public async Task Forged_answers_do_not_end_validation_and_cost_few_looks()
    {
        await using var harness = Harness(_upstream.Server);
        await harness.AskAsync(Signed);
        _upstream.Forgeries[("many.p256.lab.", RecordType.A)] = Forgery.NoSignatures;
        _time.Pass(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 5; i++)
        {
            (await harness.AskAsync("many.p256.lab.")).Errors.Should().ContainSingle().Which.Code.Should().BeOneOf(EdeCode.RrsigsMissing, EdeCode.CachedError);
            harness.Advance(6_000);
        }

        harness.Validated!.State.Should().Be(ValidationState.Validating);
        _upstream.Server.Count(".", RecordType.Txt).Should().Be(2, "at the start, and at the first forgery");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_came_unvalidated_is_forgotten_when_validation_begins()
    {
        _upstream.Otherwise = Forgery.NoSignatures;
        await using var harness = Harness(_upstream.Server);
        (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeFalse();
        await harness.AskAsync(Signed, dnssecOk: true, flags: HeaderFlags.RecursionDesired | HeaderFlags.CheckingDisabled);

        _upstream.Otherwise = Forgery.None;
        _time.Pass(TimeSpan.FromSeconds(61));
        await harness.AskAsync("many.p256.lab.");
        await ForwardingHarness.Eventually(() => harness.Validated!.State == ValidationState.Validating);
        await ForwardingHarness.Eventually(() => harness.Cache.Snapshot().All(response => !harness.Validated!.Concerns(response)));
        (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue("it is asked for again, and validated");
        harness.Cache.Snapshot().Should().Contain(response => (response.Variant & HomeCloud.Dns.Caching.QuestionVariant.CheckingDisabled) != 0, "what askers with CD got stays true");
    }

    [Theory(Timeout = 120_000)]
    [InlineData(-20)]
    [InlineData(20)]
    public async Task A_wrong_clock_is_said_and_when_it_is_right_validation_begins(int years)
    {
        _time.SetClock(TimeSpan.FromDays(365 * years));
        await using var harness = Harness(_upstream.Server);
        var answer = await harness.AskAsync(Signed, dnssecOk: true);
        answer.Code.Should().Be(ResponseCode.NoError, "NTP servers have names");
        answer.Has(HeaderFlags.AuthenticData).Should().BeFalse();
        answer.Errors.Should().ContainSingle().Which.Text.Should().Match("not validated: this machine's clock says * UTC, and the root's signatures are right, but of another time: set the clock");
        harness.Validated!.State.Should().Be(ValidationState.ClockWrong);

        _time.SetClock(TimeSpan.Zero);
        (await harness.AskAsync("many.p256.lab.", dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
        (await harness.AskAsync(Signed, dnssecOk: true)).Errors.Should().BeEmpty("what came before is forgotten");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_question_waits_no_longer_than_a_moment_for_the_look()
    {
        await using var dropping = new ScriptedServer()
            .When("www.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
            .When("ipv4only.arpa.", null, _ => { })
            .When("*", null, reply => reply.Behaviours.Add("silence"));
        await using var harness = Harness(dropping);
        var started = Stopwatch.GetTimestamp();
        (await harness.AskAsync("www.example.")).Answers.Should().ContainSingle();
        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(3), "four seconds and more pass until silence means something");
        await ForwardingHarness.Eventually(() => harness.Validated!.State == ValidationState.Tolerating);
        harness.Forwarder.Status.Should().ContainSingle().Which.SignatureProblem.Should().Be("leaves DNSSEC questions unanswered");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_short_query_timeout_leaves_time_for_the_answer()
    {
        await using var dropping = new ScriptedServer()
            .When("www.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
            .When("*", null, reply => reply.Behaviours.Add("silence"));
        var options = ForwardingHarness.OptionsFor(dropping);
        options.QueryTimeoutMilliseconds = 800;
        await using var harness = Harness(options);
        (await harness.AskAsync("www.example.")).Answers.Should().ContainSingle("the look takes longer than a question may");
    }

    [Fact(Timeout = 120_000)]
    public async Task Nobody_waits_for_an_upstream_that_is_dead_where_another_is_known()
    {
        _upstream.Otherwise = Forgery.NoSignatures;
        await using var dead = new ScriptedServer { IsDead = true };
        var options = ForwardingHarness.OptionsFor(_upstream.Server, dead);
        options.StrictOrder = true;
        await using var harness = Harness(options);
        await harness.AskAsync(Signed);
        await ForwardingHarness.Eventually(() => harness.Validated!.State == ValidationState.Tolerating);
        var asked = dead.Count(".", RecordType.Txt);

        _time.Pass(TimeSpan.FromSeconds(6));
        (await harness.AskAsync("many.p256.lab.")).Code.Should().Be(ResponseCode.NoError);
        harness.Validated!.State.Should().Be(ValidationState.Tolerating, "its silence changes nothing");
        await ForwardingHarness.Eventually(() => dead.Count(".", RecordType.Txt) > asked);
        harness.Validated.State.Should().Be(ValidationState.Tolerating, "it is looked at all the same");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_look_finds_while_the_network_changes_is_looked_at_again()
    {
        ForwardingHarness? harness = null;
        await using var upstream = new ScriptedServer();
        upstream.When("*", null, reply => reply.Whole = query =>
        {
            if (query is { Name: ".", Type: RecordType.Txt } && upstream.Count(".", RecordType.Txt) == 1)
                harness!.Validated!.Recheck();
            return _upstream.Server.Find(query).Whole!(query);
        });
        _upstream.Otherwise = Forgery.NoSignatures;
        await using (harness = Harness(upstream))
        {
            await harness.AskAsync(Signed);
            harness.Validated!.State.Should().Be(ValidationState.Tolerating);
            _upstream.Otherwise = Forgery.None;
            await harness.AskAsync("many.p256.lab.");
            await ForwardingHarness.Eventually(() => harness.Validated.State == ValidationState.Validating);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_reload_does_not_let_pass_what_was_just_found_forged()
    {
        ForwardingHarness? harness = null;
        ForwardingOptions? options = null;
        await using var upstream = new ScriptedServer();
        upstream.When("*", null, reply => reply.Whole = query =>
        {
            // The second answer is the last that is judged.
            if (query.Name.Equals("many.p256.lab.", StringComparison.OrdinalIgnoreCase) && upstream.Count("many.p256.lab.", RecordType.A) == 2)
                harness!.Forwarder.Apply(options!);
            return _upstream.Server.Find(query).Whole!(query);
        });
        options = ForwardingHarness.OptionsFor(upstream);
        await using (harness = Harness(options))
        {
            (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
            _upstream.Forgeries[("many.p256.lab.", RecordType.A)] = Forgery.OtherData;
            (await harness.AskAsync("many.p256.lab.")).Code.Should().Be(ResponseCode.ServerFailure);
            harness.Forwarder.Generation.Should().Be(1, "it was reloaded meanwhile");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Names_of_a_router_that_is_asked_are_not_validated()
    {
        await using var router = new ScriptedServer().When("printer.lan.", RecordType.A, reply => reply.Answers.Add("@ 60 A 192.168.1.9"));
        router.When("*", null, reply => reply.Whole = _upstream.Server.Find(DnsMessage.Parse(DnsMessage.Query("x.", RecordType.A))).Whole);
        await using var harness = Harness(router);
        (await harness.AskAsync(Signed, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
        (await harness.AskAsync("printer.lan.")).Answers.Should().ContainSingle("the root proves that there is no lan, and the router knows better");
    }

    private ForwardingHarness Harness(params ScriptedServer[] servers) => Harness(ForwardingHarness.OptionsFor(servers));

    private ForwardingHarness Harness(ForwardingOptions options) => new(
        options,
        validation: new ValidationOptions { TrustAnchorFile = _tree.AnchorFile },
        time: _time,
        validationLog: _log);

    public sealed class Fixture : IAsyncLifetime
    {
        internal SignedTree Tree { get; private set; } = null!;

        public async Task InitializeAsync() => Tree = await SignedTree.StartAsync();

        public Task DisposeAsync() => Tree.DisposeAsync().AsTask();
    }
}
