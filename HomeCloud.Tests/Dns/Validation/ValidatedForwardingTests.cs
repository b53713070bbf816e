using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.Scenarios.Served;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>What askers get while answers are validated, over a tree signed by BIND.</summary>
[Trait("Category", "Slow")]
public sealed class ValidatedForwardingTests(ValidatedForwardingTests.Fixture fixture) : IClassFixture<ValidatedForwardingTests.Fixture>, IAsyncLifetime
{
    private readonly SignedTree _tree = fixture.Tree;
    private readonly ForgingUpstream _upstream = new(fixture.Tree.Server);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _upstream.DisposeAsync().AsTask();

    [Fact(Timeout = 120_000)]
    public async Task Askers_get_what_they_ask_for()
    {
        await using var harness = Harness();
        var whole = await harness.AskAsync("www.p256.lab.", dnssecOk: true);
        whole.Has(HeaderFlags.AuthenticData).Should().BeTrue();
        whole.Answers.Should().HaveCount(2).And.Contain(answer => answer.Contains(" RRSIG ", StringComparison.Ordinal));

        var flagged = await harness.AskAsync("www.p256.lab.", flags: HeaderFlags.RecursionDesired | HeaderFlags.AuthenticData);
        flagged.Has(HeaderFlags.AuthenticData).Should().BeTrue();
        flagged.Answers.Should().ContainSingle();

        var plain = await harness.AskAsync("www.p256.lab.", edns: 0);
        plain.Has(HeaderFlags.AuthenticData).Should().BeFalse("nobody asked for it");
        plain.Answers.Should().ContainSingle();

        var denied = await harness.AskAsync("nope.nsec3.lab.", flags: HeaderFlags.RecursionDesired | HeaderFlags.AuthenticData);
        denied.Code.Should().Be(ResponseCode.NameError);
        denied.Has(HeaderFlags.AuthenticData).Should().BeTrue();
        denied.Authorities.Should().ContainSingle().Which.Should().Contain(" SOA ");

        var unsigned = await harness.AskAsync("www.plain.lab.", dnssecOk: true);
        unsigned.Has(HeaderFlags.AuthenticData).Should().BeFalse();
        unsigned.Answers.Should().ContainSingle();
        harness.Validated!.Count(Security.Secure).Should().Be(3, "the two for www differ in DO");
        harness.Validated.Count(Security.Insecure).Should().Be(1);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_found_out_is_remembered()
    {
        await using var harness = Harness();
        await harness.AskAsync("www.p256.lab.", dnssecOk: true);
        var asked = _upstream.Server.Seen.Count;
        (await harness.AskAsync("www.p256.lab.", dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue("the verdict is cached with the answer");
        _upstream.Server.Seen.Should().HaveCount(asked);

        (await harness.AskAsync("many.p256.lab.", dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
        _upstream.Server.Seen.Should().HaveCount(asked + 1, "the keys of the zone are known");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_forged_answer_is_refused_with_its_reason_and_nothing_stands_in()
    {
        await using var harness = Harness();
        (await harness.AskAsync("www.p256.lab.")).Answers.Should().ContainSingle();
        harness.Advance(301_000);
        _upstream.Forgeries[("www.p256.lab.", RecordType.A)] = Forgery.OtherData;
        var bogus = await harness.AskAsync("www.p256.lab.");
        bogus.Code.Should().Be(ResponseCode.ServerFailure);
        bogus.Answers.Should().BeEmpty();
        bogus.Errors.Should().ContainSingle().Which.Should().Be((EdeCode.DnssecBogus, "the signature of A of www.p256.lab. is wrong: the data was changed, or signed badly"));

        var asIs = await harness.AskAsync("www.p256.lab.", dnssecOk: true, flags: HeaderFlags.RecursionDesired | HeaderFlags.CheckingDisabled);
        asIs.Code.Should().Be(ResponseCode.NoError, "CD takes the data as it is");
        asIs.Has(HeaderFlags.AuthenticData).Should().BeFalse();
        harness.Validated!.Count(Security.Bogus).Should().Be(1);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("www.expired.lab.", EdeCode.SignatureExpired, "expired on 2020-02-01 00:00 UTC")]
    [InlineData("www.early.lab.", EdeCode.SignatureNotYetValid, "valid from 2035-01-01 00:00 UTC on")]
    [InlineData("www.otherkey.lab.", EdeCode.DnskeyMissing, "no DNSKEY of otherkey.lab. is the one that the zone above, or the trust anchor, names")]
    public async Task Each_reason_has_its_code(string name, EdeCode code, string text)
    {
        await using var harness = Harness();
        var (found, said) = (await harness.AskAsync(name)).Errors.Should().ContainSingle().Which;
        found.Should().Be(code);
        said.Should().Contain(text);
    }

    [Fact(Timeout = 120_000)]
    public async Task Missing_signatures_and_proofs_have_theirs()
    {
        _upstream.Forgeries[("www.p384.lab.", RecordType.A)] = Forgery.NoSignatures;
        _upstream.Forgeries[("nope.p384.lab.", RecordType.A)] = Forgery.NoProofs;
        await using var harness = Harness();
        (await harness.AskAsync("www.p384.lab.")).Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.RrsigsMissing);
        (await harness.AskAsync("nope.p384.lab.")).Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.NsecMissing);
        var noted = await harness.AskAsync("www.newalgorithm.lab.");
        noted.Code.Should().Be(ResponseCode.NoError);
        noted.Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.UnsupportedDnskeyAlgorithm);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("x.wild.p384.lab.")]
    [InlineData("x.wild.nsec3.lab.")]
    public async Task A_wildcard_needs_the_proof_that_the_name_does_not_exist(string name)
    {
        await using var good = Harness();
        (await good.AskAsync(name, dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
        _upstream.Forgeries[(name, RecordType.A)] = Forgery.NoProofs;
        await using var harness = Harness();
        (await harness.AskAsync(name)).Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.NsecMissing);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_wrong_clock_is_said()
    {
        await using var harness = Harness(time: new OtherYear(20));
        var answer = await harness.AskAsync("www.p256.lab.");
        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle().Which.Text.Should().Match("this machine's clock says * UTC, and the signature of DNSKEY of . expired on *: set the clock");
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_keys_an_older_answer_stands_in()
    {
        await using var upstream = new ScriptedServer()
            .When("*", RecordType.Dnskey, reply => reply.Code = ResponseCode.ServerFailure)
            .When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var harness = Harness(ForwardingHarness.OptionsFor(upstream));
        var answer = await harness.AskAsync("www.p256.lab.");
        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle().Which.Text.Should().Be($"upstream {upstream.EndPoint} answered SERVFAIL");
        harness.Validated!.Count(Security.Indeterminate).Should().Be(1);

        await using var known = Harness();
        (await known.AskAsync("www.p256.lab.", dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
        known.Advance(400_000);
        _upstream.Forgeries[("p256.lab.", RecordType.Dnskey)] = Forgery.Failure;
        var stale = await known.AskAsync("www.p256.lab.", dnssecOk: true);
        stale.Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.StaleAnswer);
        stale.Has(HeaderFlags.AuthenticData).Should().BeFalse("its signature may have expired");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_forward_rule_is_a_negative_trust_anchor()
    {
        var options = ForwardingHarness.OptionsFor(_upstream.Server);
        options.Forwards.Add($"expired.lab={_upstream.Server.EndPoint}");
        await using var harness = Harness(options);
        var answer = await harness.AskAsync("www.expired.lab.", dnssecOk: true);
        answer.Code.Should().Be(ResponseCode.NoError);
        answer.Has(HeaderFlags.AuthenticData).Should().BeFalse();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_private_address_is_dropped_and_not_called_a_forgery()
    {
        await using var harness = Harness();
        var answer = await harness.AskAsync("inside.p256.lab.", dnssecOk: true);
        answer.Code.Should().Be(ResponseCode.NoError);
        answer.Answers.Should().BeEmpty();
        answer.Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.Blocked);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_record_outlives_what_its_signature_says()
    {
        _upstream.Forgeries[("www.p256.lab.", RecordType.A)] = Forgery.LongTtl;
        await using var harness = Harness();
        (await harness.AskAsync("www.p256.lab.")).Answers.Should().ContainSingle().Which.Should().StartWith("www.p256.lab. 300 A ");
    }

    [Fact(Timeout = 120_000)]
    public async Task Letter_case_of_data_stays()
    {
        await using var harness = Harness();
        (await harness.AskAsync("upper.p256.lab.", RecordType.Ptr)).Answers.Should().ContainSingle().Which.Should().EndWith("PTR Www.Example.ORG.");
    }

    [Fact(Timeout = 120_000)]
    public async Task An_upstream_without_DNSSEC_is_named_as_the_reason()
    {
        await using var router = new ScriptedServer()
            .When("www.p256.lab.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
            .When("*", null, _ => { });
        await using var harness = Harness(ForwardingHarness.OptionsFor(router));
        var answer = await harness.AskAsync("www.p256.lab.");
        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle().Which.Text.Should().EndWith("the upstream passes no DNSSEC records: set another, or --dnssec off");
    }

    [Fact(Timeout = 120_000)]
    public async Task The_server_logs_each_verdict()
    {
        _upstream.Forgeries[("many.p256.lab.", RecordType.A)] = Forgery.OneRecordLess;
        var directory = Directory.CreateTempSubdirectory("verdicts-");
        var log = Path.Combine(directory.FullName, "queries.log");
        await using (var server = await ScenarioServer.StartAsync(options =>
        {
            options.Forwarding.Upstreams.Add(_upstream.Server.EndPoint.ToString());
            (options.Validation.Dnssec, options.Validation.TrustAnchorFile) = (DnssecMode.On, _tree.AnchorFile);
            options.Telemetry.QueryLog = log;
        }))
        {
            foreach (var name in (string[])["www.p256.lab", "www.p256.lab", "www.plain.lab", "many.p256.lab"])
                await server.AskAsync(QueryBytes.Of(name, RecordType.A), QueryTransport.Udp);
        }

        (await File.ReadAllLinesAsync(log)).Select(line => string.Join(' ', line.Split(' ')[3..7])).Should().BeEquivalentTo(
            [
                "www.p256.lab. A NOERROR forwarded:secure",
                "www.p256.lab. A NOERROR immediate:secure",
                "www.plain.lab. A NOERROR forwarded:insecure",
                "many.p256.lab. A SERVFAIL forwarded:bogus",
            ],
            "in any order: a late answer is logged once it is sent");
        directory.Delete(recursive: true);
    }

    private ForwardingHarness Harness(ForwardingOptions? options = null, TimeProvider? time = null) => new(
        options ?? ForwardingHarness.OptionsFor(_upstream.Server),
        validation: new ValidationOptions { Dnssec = DnssecMode.On, TrustAnchorFile = _tree.AnchorFile },
        time: time);

    public sealed class Fixture : IAsyncLifetime
    {
        internal SignedTree Tree { get; private set; } = null!;

        public async Task InitializeAsync() => Tree = await SignedTree.StartAsync();

        public Task DisposeAsync() => Tree.DisposeAsync().AsTask();
    }

    private sealed class OtherYear(int years) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddYears(years);
    }
}
