using HomeCloud.Dns.Resolving;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>An alias from outside that leads to a name of the home: it is not asked of the outside.</summary>
public sealed class HomeNamesTests
{
    private readonly HomeNames _home = new(new ZoneCatalog(new ZoneOptions()), new SpecialNames(keepClients: true));

    [Theory(Timeout = 60_000)]
    [InlineData("nas.home.")]
    [InlineData("printer.")]
    [InlineData("db.internal.")]
    [InlineData("1.1.168.192.in-addr.arpa.")]
    public async Task Is_not_asked_of_an_upstream(string target)
    {
        await using var server = new ScriptedServer();
        server.When("leak.example.", null, reply => reply.Answers.Add($"@ 300 CNAME {target}")).When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.66"));
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server), home: _home);

        var answer = await harness.AskAsync("leak.example.");

        answer.Code.Should().Be(ResponseCode.NoError);
        answer.Answers.Should().Equal($"leak.example. 300 CNAME {target}");
        server.Seen.Should().OnlyContain(seen => string.Equals(seen.Message.Name, "leak.example.", StringComparison.OrdinalIgnoreCase));
        harness.Cache.Count.Should().Be(0, "an alias alone is no answer");
    }

    [Fact(Timeout = 60_000)]
    public async Task Is_asked_of_a_server_that_a_rule_names()
    {
        await using var server = new ScriptedServer();
        server.When("corp.example.", null, reply => reply.Answers.Add("@ 300 CNAME db.internal."));
        await using var corp = new ScriptedServer();
        corp.When("db.internal.", null, reply => reply.Answers.Add("@ 300 A 10.0.0.7"));
        var options = ForwardingHarness.OptionsFor(server);
        (options.Forwards, options.RebindProtection) = ([$"internal={corp.EndPoint}"], false);
        await using var harness = new ForwardingHarness(options, home: _home);

        (await harness.AskAsync("corp.example.")).Answers.Should().HaveCount(2);
    }
}
