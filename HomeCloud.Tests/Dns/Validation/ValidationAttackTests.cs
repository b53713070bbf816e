using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>What a forger on the way, or an upstream at fault, may not reach while answers are validated.</summary>
[Trait("Category", "Slow")]
public sealed class ValidationAttackTests(ValidatedForwardingTests.Fixture fixture) : IClassFixture<ValidatedForwardingTests.Fixture>, IAsyncLifetime
{
    private readonly SignedTree _tree = fixture.Tree;
    private readonly ForgingUpstream _upstream = new(fixture.Tree.Server);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _upstream.DisposeAsync().AsTask();

    [Fact(Timeout = 120_000)]
    public async Task A_denial_for_RRSIG_needs_a_proof_as_any_other()
    {
        _upstream.Forgeries[("www.p256.lab.", RecordType.Rrsig)] = Forgery.UnsignedDenial;
        await using var harness = Harness();
        (await harness.AskAsync("www.p256.lab.", RecordType.Rrsig)).Code.Should().Be(ResponseCode.ServerFailure);
        (await harness.AskAsync("www.p256.lab.")).Answers.Should().ContainSingle("the name exists");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_private_address_does_not_spare_a_forgery_its_judgement()
    {
        _upstream.Forgeries[("www.p256.lab.", RecordType.A)] = Forgery.PrivateAddress;
        await using var harness = Harness();
        (await harness.AskAsync("www.p256.lab.")).Code.Should().Be(ResponseCode.ServerFailure);
        harness.Validated!.Count(Security.Bogus).Should().Be(1);
        (await harness.AskAsync("www.p256.lab.", RecordType.Aaaa)).Code.Should().Be(ResponseCode.NoError, "nothing was denied for all types");

        // What is genuine is dropped too, and soon asked again.
        (await harness.AskAsync("inside.p256.lab.")).Answers.Should().BeEmpty();
        harness.Advance(6_000);
        var asked = _upstream.Server.Count("inside.p256.lab.");
        await harness.AskAsync("inside.p256.lab.");
        _upstream.Server.Count("inside.p256.lab.").Should().BeGreaterThan(asked);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("www.p256.lab.")]
    [InlineData("x.wild.p256.lab.")]
    [InlineData("nope.nsec3.lab.")]
    public async Task The_RCODE_must_agree_with_what_is_signed(string name)
    {
        _upstream.Forgeries[(name, RecordType.A)] = Forgery.OtherCode;
        await using var harness = Harness();
        (await harness.AskAsync(name, dnssecOk: true)).Code.Should().Be(ResponseCode.ServerFailure);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("edns-silence")]
    [InlineData("formerr-on-edns")]
    public async Task Without_OPT_nothing_is_asked_that_is_judged(string behaviour)
    {
        await using var router = new ScriptedServer().When("*", null, reply =>
        {
            reply.Behaviours.Add(behaviour);
            reply.Answers.Add("@ 300 A 192.0.2.1");
        });
        var options = ForwardingHarness.OptionsFor(router);
        options.QueryTimeoutMilliseconds = 1_500;
        await using var harness = Harness(options);
        (await harness.AskAsync("www.p256.lab.")).Code.Should().Be(ResponseCode.ServerFailure);
        (await harness.AskAsync("many.p256.lab.")).Code.Should().Be(ResponseCode.ServerFailure);
        harness.Validated!.Count(Security.Bogus).Should().Be(0, "what is not answered is not forged");
        router.Seen.Where(seen => seen.Message.Name.EndsWith("p256.lab.", StringComparison.OrdinalIgnoreCase)).Should().OnlyContain(seen => seen.Message.HasEdns && seen.Message.DnssecOk);
        if (behaviour == "formerr-on-edns")
            harness.Forwarder.Status.Should().OnlyContain(upstream => upstream.Edns, "all others are asked with EDNS still");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("x.wildplain.lab.", RecordType.A, ResponseCode.NameError)]
    [InlineData("x.wildhost.lab.", RecordType.Aaaa, ResponseCode.NoError)]
    [InlineData("x.wildsub.optout.lab.", RecordType.A, ResponseCode.NameError)]
    [InlineData("x.wildplain.lab.", RecordType.A, ResponseCode.NameError, "nope.plain.lab.")]
    [InlineData("x.wildhost.lab.", RecordType.Aaaa, ResponseCode.NoError, "www.plain.lab.")]
    [InlineData("x.wildsub.optout.lab.", RecordType.A, ResponseCode.NameError, "nope.sub.optout.lab.")]
    public async Task A_wildcard_may_lead_into_an_unsigned_zone_below(string name, RecordType type, ResponseCode code, string? withoutSoa = null)
    {
        if (withoutSoa is not null)
            _upstream.Forgeries[(name, type)] = _upstream.Forgeries[(withoutSoa, type)] = Forgery.NoSoa;
        await using var harness = Harness();
        var answer = await harness.AskAsync(name, type, dnssecOk: true);
        answer.Code.Should().Be(code, string.Join(", ", answer.Errors));
        answer.Has(HeaderFlags.AuthenticData).Should().BeFalse();
    }

    [Theory(Timeout = 120_000)]
    [InlineData("www.p384.lab.", RecordType.A)]
    [InlineData("p384.lab.", RecordType.Ds)]
    [InlineData("p384.lab.", RecordType.Dnskey)]
    public async Task What_one_upstream_forges_another_is_asked_for(string name, RecordType type)
    {
        await using var honest = new ForgingUpstream(_tree.Server);
        _upstream.Forgeries[(name, type)] = Forgery.WrongSignature;
        var options = ForwardingHarness.OptionsFor(_upstream.Server, honest.Server);
        options.StrictOrder = true;
        await using var harness = Harness(options);
        (await harness.AskAsync("www.p384.lab.", dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
        _upstream.Server.Count(name, type).Should().BePositive();
        honest.Server.Count(name, type).Should().BePositive();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_only_upstream_is_asked_again()
    {
        foreach (var (name, type) in ((string, RecordType)[])[("www.p384.lab.", RecordType.A), ("p384.lab.", RecordType.Ds), ("p384.lab.", RecordType.Dnskey)])
            _upstream.Forgeries[(name, type)] = Forgery.WrongSignature;
        _upstream.IsOnce = true;
        await using var harness = Harness();
        (await harness.AskAsync("www.p384.lab.", dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue();
        harness.Validated!.Count(Security.Bogus).Should().Be(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_forged_refresh_does_not_end_a_proven_answer()
    {
        await using var harness = Harness();
        for (var i = 0; i < 4; i++)
            await harness.AskAsync("www.p256.lab.", dnssecOk: true);
        harness.Advance(280_000);
        _upstream.Forgeries[("www.p256.lab.", RecordType.A)] = Forgery.OtherData;
        await harness.AskAsync("www.p256.lab.", dnssecOk: true);
        await ForwardingHarness.Eventually(() => harness.Validated!.Count(Security.Bogus) == 1 && harness.Runner.Asking == 0);
        (await harness.AskAsync("www.p256.lab.", dnssecOk: true)).Has(HeaderFlags.AuthenticData).Should().BeTrue("it holds for 20 s more");
    }

    [Fact(Timeout = 120_000)]
    public async Task Keys_that_come_too_late_cost_no_more_than_the_query_timeout_and_are_no_failure_to_remember()
    {
        await using var upstream = new ScriptedServer()
            .When("*", RecordType.Dnskey, reply => reply.Behaviours.Add("silence"))
            .When("*", null, reply =>
            {
                reply.Delay = TimeSpan.FromMilliseconds(700);
                reply.Answers.Add("@ 300 A 192.0.2.1");
            });
        var options = ForwardingHarness.OptionsFor(upstream);
        options.QueryTimeoutMilliseconds = 2_000;
        await using var harness = Harness(options);
        var answer = await harness.AskAsync("www.p256.lab.");
        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.NoReachableAuthority);
        harness.Cache.Peek(new CacheQuestion(DnsName.Parse("www.p256.lab."), RecordType.A, RecordClass.Internet, QuestionVariant.None)).Should().BeNull();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_flush_forgets_keys_too()
    {
        await using var harness = Harness();
        await harness.AskAsync("www.p256.lab.");
        var asked = _upstream.Server.Count("p256.lab.", RecordType.Dnskey);
        harness.Cache.Flush();
        await harness.AskAsync("www.p256.lab.");
        _upstream.Server.Count("p256.lab.", RecordType.Dnskey).Should().BeGreaterThan(asked);
    }

    [Fact(Timeout = 120_000)]
    public async Task Above_the_root_is_nothing()
    {
        await using var harness = Harness();
        var answer = await harness.AskAsync(".", RecordType.Ds, dnssecOk: true);
        answer.Code.Should().Be(ResponseCode.NoError);
        answer.Has(HeaderFlags.AuthenticData).Should().BeTrue();
    }

    [Fact(Timeout = 120_000)]
    public async Task With_AD_nothing_is_there_that_is_not_proven()
    {
        _upstream.Forgeries[("www.p256.lab.", RecordType.A)] = Forgery.UnsignedProof;
        await using var harness = Harness();
        var answer = await harness.AskAsync("www.p256.lab.", dnssecOk: true);
        answer.Has(HeaderFlags.AuthenticData).Should().BeTrue();
        answer.Answers.Should().HaveCount(2);
        answer.Authorities.Should().BeEmpty();

        var denied = await harness.AskAsync("nope.p256.lab.", dnssecOk: true);
        denied.Authorities.Should().Contain(record => record.Contains(" SOA ", StringComparison.Ordinal)).And.Contain(record => record.Contains(" NSEC ", StringComparison.Ordinal)).And.Contain(record => record.Contains(" RRSIG ", StringComparison.Ordinal));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(HeaderFlags.None, Security.Indeterminate)]
    [InlineData(HeaderFlags.RecursionDesired, Security.Bogus)]
    public async Task A_referral_is_no_forgery_where_nobody_wants_recursion(HeaderFlags flags, Security verdict)
    {
        _upstream.Forgeries[("www.p256.lab.", RecordType.A)] = Forgery.Referral;
        await using var harness = Harness();
        (await harness.AskAsync("www.p256.lab.", flags: flags)).Code.Should().Be(ResponseCode.ServerFailure);
        harness.Validated!.Count(verdict).Should().Be(1);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_alias_to_a_name_that_stays_home_is_handed_on()
    {
        _upstream.Forgeries[("toprinter.p256.lab.", RecordType.A)] = Forgery.Exists;
        await using var harness = Harness(home: new Home());
        var answer = await harness.AskAsync("toprinter.p256.lab.", dnssecOk: true);
        answer.Code.Should().Be(ResponseCode.NoError, string.Join(", ", answer.Errors));
        answer.Has(HeaderFlags.AuthenticData).Should().BeFalse();
        answer.Answers.Should().Contain(record => record.EndsWith("CNAME printer.", StringComparison.Ordinal));
    }

    private ForwardingHarness Harness(ForwardingOptions? options = null, IHomeNames? home = null) => new(
        options ?? ForwardingHarness.OptionsFor(_upstream.Server),
        validation: new ValidationOptions { Dnssec = DnssecMode.On, TrustAnchorFile = _tree.AnchorFile },
        home: home);

    private sealed class Home : IHomeNames
    {
        public bool StayHome(ReadOnlySpan<byte> foldedName) => DnsName.CountLabels(foldedName) == 1;
    }
}
