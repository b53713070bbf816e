using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Resolving;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>How often the addresses of safe search engines are asked for.</summary>
public sealed class SafeSearchTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("safe.duckduckgo.com.", 10, 20)]
    [InlineData("nothing.example.", 6, 6)]
    public async Task An_engine_that_never_resolves_is_asked_for_less_and_less(string missing, int least, int most)
    {
        await using var upstream = new ScriptedServer()
            .When(missing, null, reply => reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 300"))
            .When("*", RecordType.A, reply => reply.Answers.Add("@ 300 A 192.0.2.4"))
            .When("*", null, reply => reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 300"));
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        var (clock, names) = (new ManualClock(), new BlockedNames());
        using var search = new SafeSearch(names, harness.Forwarder, clock);

        // An hour, as the publisher goes on: every ten seconds.
        for (var second = 0; second < 3600; second += 10)
        {
            names.WantSafeSearch(isWanted: true);
            await search.Looking;
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        upstream.Count("forcesafesearch.google.com.", RecordType.A).Should().BeInRange(least, most);
    }
}
