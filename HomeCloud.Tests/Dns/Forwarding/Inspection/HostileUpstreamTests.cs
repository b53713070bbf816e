using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Forwarding.Inspection;

/// <summary>An upstream that does everything wrong at random: each query is answered all the same, and no answer of another ever enters the cache.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostileUpstreamTests(ITestOutputHelper output)
{
    private const int Seed = 42;

    private static readonly string[] Behaviours =
    [
        "wrong-id", "wrong-question", "wrong-port", "truncate", "no-tcp", "lower-case", "formerr-on-edns", "no-edns", "garbage", "cut",
        "forge-first", "flood", "pointer-loop", "not-a-response", "two-questions", "trailing", "opt-first", "oversize",
    ];

    [Fact(Timeout = 120_000)]
    public async Task Short() => await RunAsync(150);

    [Fact(Timeout = 600_000)]
    [Trait("Category", "Long")]
    public async Task Long() => await RunAsync(5_000);

    private async Task RunAsync(int names)
    {
        var random = new Random(Seed);
        await using var server = new ScriptedServer();
        for (var i = 0; i < names; i++)
        {
            var chosen = Behaviours.Where(_ => random.Next(8) == 0).ToArray();
            server.When($"n{i}.example.", null, reply =>
            {
                reply.Behaviours.UnionWith(chosen);
                reply.Answers.AddRange(["@ 300 A 192.0.2.1", "bank.test. 300 A 203.0.113.66"]);
                if (random.Next(6) == 0)
                    reply.Answers.Insert(0, "@ 300 CNAME bank.test.");
                if (random.Next(8) == 0)
                    MakeEndless(reply, $"n{i}.example.", random);
                if (random.Next(8) == 0)
                    reply.Filler = random.Next(60_000);
                reply.Additionals.Add("bank.test. 300 A 203.0.113.66");
            });
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Environment.TickCount64;
        var options = ForwardingHarness.OptionsFor(server);
        options.QueryTimeoutMilliseconds = 1_200;
        await using var harness = new ForwardingHarness(options);
        foreach (var group in Enumerable.Range(0, names).Chunk(50))
        {
            var answers = await Task.WhenAll(group.Select(i => harness.AskAsync($"n{i}.example.")));
            answers.Should().OnlyContain(answer => answer.Code == ResponseCode.NoError || answer.Code == ResponseCode.ServerFailure || answer.Code == ResponseCode.FormatError);
        }

        harness.Waiting.Should().Be(0);
        server.Seen.Clear();
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"measured: {names:N0} names of a hostile upstream in {(Environment.TickCount64 - started) / 1_000.0:0.0} s, {harness.Cache.Count:N0} cached in {harness.Cache.Bytes >> 10} KiB, memory {grown >> 10:+#;-#;0} KiB");
        grown.Should().BeLessThan(harness.Cache.Options.MaxBytes + (16 << 20), "what grows is the cache, and that has a limit");
        foreach (var cached in harness.Cache.Snapshot())
        {
            var message = DnsMessage.Parse(cached.Message);
            message.Answers.Where(answer => answer.StartsWith("bank.test.", StringComparison.Ordinal)).Should().HaveCountLessThanOrEqualTo(message.Answers.Count(answer => answer.Contains("CNAME bank.test.", StringComparison.Ordinal)));
            var leadsThere = message.Answers.Any(answer => answer.Contains("CNAME bank.test.", StringComparison.Ordinal));
            message.Additionals.All(additional => leadsThere && additional.StartsWith("bank.test.", StringComparison.Ordinal)).Should().BeTrue(message.ToString());
            message.Answers.Should().NotContain(answer => answer.StartsWith('n') && answer.EndsWith("203.0.113.66", StringComparison.Ordinal), "forged answers had the wrong id");
        }
    }

    // An alias of an alias of an alias, without an end or back to its beginning.
    private static void MakeEndless(ScriptedReply reply, string name, Random random)
    {
        var length = random.Next(2, 200);
        reply.Answers.Clear();
        reply.Answers.Add($"@ 300 CNAME a0.{name}");
        reply.Answers.AddRange(Enumerable.Range(0, length).Select(i => $"a{i}.{name} 300 CNAME a{(i + 1) % random.Next(1, length + 2)}.{name}"));
    }
}
