using HomeCloud.Dns.Forwarding;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Forwarding.Inspection;

/// <summary>What the log says about dropped addresses: enough to act on, and not a line for every page that a browser loads.</summary>
public sealed class BlockedAnswersTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_blocking_upstream_is_named_once_and_its_names_are_no_attack()
    {
        await using var server = new ScriptedServer();
        server.When("*", null, reply => reply.Answers.Add("@ 2 A 0.0.0.0"));
        var log = new CollectedLog<Forwarder>();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server), log: log);

        for (var i = 0; i < 5; i++)
        {
            (await harness.AskAsync("ad1.example.net.")).Answers.Should().BeEmpty();
            harness.Advance(500);
        }

        await harness.AskAsync("ad2.example.net.");

        server.Count("ad1.example.net.").Should().Be(1);
        log.Messages.Should().ContainSingle().Which.Should().Contain("blocks names").And.Contain("ad1.example.net.").And.NotContain("rebinding");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_private_address_for_a_public_name_is_named_once_for_each_name()
    {
        await using var server = new ScriptedServer();
        server.When("*", null, reply => reply.Answers.Add("@ 0 A 192.168.1.1"));
        var log = new CollectedLog<Forwarder>();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server), log: log);

        foreach (var name in (string[])["evil.example.net.", "evil.example.net.", "other.example.net.", "evil.example.net."])
        {
            await harness.AskAsync(name);
            harness.Advance(60_000);
        }

        log.Messages.Should().HaveCount(2).And.OnlyContain(line => line.Contains("DNS rebinding"));
    }
}
