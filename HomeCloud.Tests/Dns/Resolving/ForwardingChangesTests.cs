using HomeCloud.Dns.Forwarding;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>What is remembered after upstreams or rules have changed: only what the servers now in charge would say.</summary>
public sealed class ForwardingChangesTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_rule_that_comes_changes_or_goes_takes_the_answers_of_its_zone_with_it_and_no_others()
    {
        await using var first = Server("192.0.2.1");
        await using var second = Server("192.0.2.2");
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(first));
        await AnsweredAsync(harness, "a.corp.example.", "192.0.2.1");
        await AnsweredAsync(harness, "www.example.", "192.0.2.1");

        harness.Forwarder.Apply(WithRule(first, second));
        await AnsweredAsync(harness, "a.corp.example.", "192.0.2.2");
        await AnsweredAsync(harness, "www.example.", "192.0.2.1");
        first.Count("www.example.").Should().Be(1, "who is asked for it has not changed");

        harness.Forwarder.Apply(WithRule(first, second));
        await AnsweredAsync(harness, "a.corp.example.", "192.0.2.2");
        second.Count("a.corp.example.").Should().Be(1, "nothing changed");

        harness.Forwarder.Apply(ForwardingHarness.OptionsFor(first));
        await AnsweredAsync(harness, "a.corp.example.", "192.0.2.1");
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_upstream_takes_all_answers_but_those_of_rules_and_an_alias_goes_with_its_target()
    {
        await using var first = Server("192.0.2.1");
        await using var second = Server("192.0.2.2");
        second.When("there.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.2"));
        await using var harness = new ForwardingHarness(WithRule(first, second));
        await AnsweredAsync(harness, "a.corp.example.", "192.0.2.2");
        await AnsweredAsync(harness, "alias.corp.example.", "192.0.2.1");
        await AnsweredAsync(harness, "www.example.", "192.0.2.1");
        (await harness.AskAsync("none.example.")).Code.Should().Be(ResponseCode.NameError);

        harness.Forwarder.Apply(WithRule(second, second));

        await AnsweredAsync(harness, "www.example.", "192.0.2.2");
        await AnsweredAsync(harness, "a.corp.example.", "192.0.2.2");
        second.Count("a.corp.example.").Should().Be(1);
        await AnsweredAsync(harness, "alias.corp.example.", "192.0.2.2");
        (await harness.AskAsync("none.example.", RecordType.Aaaa)).Code.Should().Be(ResponseCode.NameError);
        second.Count("none.example.").Should().Be(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Other_servers_in_resolv_conf_are_another_upstream()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "nameserver 127.0.0.1\n");
            await using var server = Server("192.0.2.1");
            var options = ForwardingHarness.OptionsFor();
            (options.ResolvConf, options.Forwards) = (file, [$"corp.example={server.EndPoint}"]);
            await using var harness = new ForwardingHarness(options);
            await AnsweredAsync(harness, "a.corp.example.", "192.0.2.1");
            harness.Cache.Store(Caching.ResponseBytes.Address(new HomeCloud.Dns.Caching.CacheOptions(), "www.example.", harness.Now)).Should().BeTrue();

            File.WriteAllText(file, "nameserver 127.0.0.2\n");
            harness.Forwarder.Reload().Should().BeTrue();

            harness.Cache.Snapshot().Select(response => DnsName.ToText(response.Name)).Should().Equal("a.corp.example.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_arrives_after_the_change_is_given_and_not_remembered()
    {
        await using var first = new ScriptedServer();
        first.When("*", null, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            reply.Delay = TimeSpan.FromMilliseconds(300);
        });
        await using var second = Server("192.0.2.2");
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(first));
        var early = harness.AskAsync("www.example.");
        await ForwardingHarness.Eventually(() => !first.Seen.IsEmpty);

        harness.Forwarder.Apply(ForwardingHarness.OptionsFor(second));

        (await early).Answers.Should().Equal("www.example. 300 A 192.0.2.1");
        await ForwardingHarness.Eventually(() => harness.Cache.Count == 0);
        await AnsweredAsync(harness, "www.example.", "192.0.2.2");
    }

    private static ScriptedServer Server(string address) => new ScriptedServer()
        .When("none.example.", null, reply =>
        {
            reply.Code = ResponseCode.NameError;
            reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 3600 600 86400 60");
        })
        .When("alias.corp.example.", null, reply => reply.Answers.Add("@ 300 CNAME there.example."))
        .When("*", null, reply => reply.Answers.Add($"@ 300 A {address}"));

    private static ForwardingOptions WithRule(ScriptedServer upstream, ScriptedServer rule)
    {
        var options = ForwardingHarness.OptionsFor(upstream);
        options.Forwards = [$"corp.example={rule.EndPoint}"];
        return options;
    }

    private static async Task AnsweredAsync(ForwardingHarness harness, string name, string address) =>
        (await harness.AskAsync(name)).Answers.Should().Contain(answer => answer.EndsWith($" 300 A {address}", StringComparison.Ordinal));
}
