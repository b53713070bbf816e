using System.Net;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>One cache for all, and the answer that each asker's group has.</summary>
public sealed class GroupAnswersTests : IDisposable
{
    private static readonly ClientAddress Kid = ClientAddress.From(IPAddress.Parse("192.168.1.40"));
    private static readonly ClientAddress Parent = ClientAddress.From(IPAddress.Parse("192.168.1.50"));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("group-answers-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task Each_asker_gets_what_its_group_has_from_the_same_cached_answer()
    {
        await using var upstream = Upstream();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        using var keeper = await StartAsync(harness, "kids=social", "all=ads");

        for (var round = 0; round < 3; round++)
        {
            var kid = await AskAsync(harness, "late.example", Kid);
            kid.Answers.Should().Equal("late.example. 10 A 0.0.0.0");
            kid.Errors.Should().Equal((EdeCode.Blocked, "list social of group kids: social.example and all below it, which this name leads to"));
            (await AskAsync(harness, "late.example", Parent)).Answers.Should().HaveCount(2);
        }

        upstream.Count("late.example.").Should().Be(1);
        await keeper.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_search_engine_is_the_safe_one_for_whom_it_should_be()
    {
        await using var upstream = Upstream();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        using var keeper = await StartAsync(harness, "kids=ads,safe-search", "all=ads");
        await ForwardingHarness.Eventually(() => AskAsync(harness, "duckduckgo.com", Kid).Result.Code == ResponseCode.NoError);

        var safe = await AskAsync(harness, "www.google.co.uk", Kid);
        safe.Answers.Should().Equal("www.google.co.uk. 10 CNAME forcesafesearch.google.com.", "forcesafesearch.google.com. 10 A 192.0.2.4");
        safe.Errors.Should().Equal((EdeCode.ForgedAnswer, "list safe-search of group kids: forcesafesearch.google.com"));
        (await AskAsync(harness, "www.youtube.com", Kid, RecordType.Https)).Answers.Should().BeEmpty("an HTTPS record would lead elsewhere");
        (await AskAsync(harness, "m.youtube.com", Kid)).Answers[0].Should().EndWith("restrict.youtube.com.");
        (await AskAsync(harness, "WWW.Bing.com", Kid)).Answers[0].Should().EndWith("strict.bing.com.");
        (await AskAsync(harness, "www.google.co.uk", Parent)).Answers.Should().NotContain(record => record.Contains("CNAME", StringComparison.Ordinal));
        foreach (var other in (string[])["google.example", "mail.google.com", "www.google.com.evil.example", "notgoogle.com", "youtube.com.example"])
            (await AskAsync(harness, other, Kid)).Answers.Should().NotContain(record => record.Contains("CNAME", StringComparison.Ordinal), other);
        await keeper.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 120_000)]
    [Trait("Category", "Slow")]
    public async Task Groups_that_ask_in_turn_allocate_nothing()
    {
        await using var upstream = Upstream();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        using var keeper = await StartAsync(harness, "kids=social", "all=ads");
        var serving = new PipelineHarness(options => (options.RateLimit.PerSecond, options.RateLimit.Burst) = (1_000_000, 1_000_000)) { Now = harness.Now };
        var pipeline = serving.PipelineOver(harness.Stage);
        var query = new QueryBuilder("late.example.", RecordType.A) { UdpSize = 1232 }.Build();
        var buffer = new byte[4096];
        await AskAsync(harness, "late.example", Kid);
        await AskAsync(harness, "late.example", Parent);

        void Run()
        {
            for (var i = 0; i < 50_000; i++)
            {
                query.CopyTo(buffer, 0);
                serving.Client = i % 2 == 0 ? Kid : Parent;
                if (pipeline.Handle(buffer, query.Length, serving.Context(), out _) != Disposition.Answered)
                    throw new InvalidOperationException("not answered");
            }
        }

        Allocations.Least(Run).Should().Be(0);
        await keeper.StopAsync(CancellationToken.None);
    }

    private static ScriptedServer Upstream() => new ScriptedServer()
        .When("late.example.", RecordType.A, reply => reply.Answers.AddRange(["@ 300 CNAME x.social.example.", "x.social.example. 300 A 192.0.2.1"]))
        .When("*", RecordType.A, reply => reply.Answers.Add("@ 300 A 192.0.2.4"))
        .When("*", null, reply => reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 300"));

    private static Task<DnsMessage> AskAsync(ForwardingHarness harness, string name, ClientAddress client, RecordType type = RecordType.A) =>
        harness.AskAsync(DnsMessage.Query(name, type, 7, 1232, false, HeaderFlags.RecursionDesired), client: client);

    private async Task<BlockKeeper> StartAsync(ForwardingHarness harness, params string[] lists)
    {
        foreach (var name in (string[])["ads", "social"])
            await File.WriteAllTextAsync(Path.Combine(_directory.FullName, name + ".list"), $"||{name}.example^\n");
        var options = new BlockingOptions
        {
            Lists = [.. ((string[])["ads", "social"]).Select(name => $"{name}={Path.Combine(_directory.FullName, name + ".list")}")],
            Groups = ["kids=192.168.1.40"],
            For = lists,
        };
        var keeper = new BlockKeeper(options, _directory.FullName, harness.Blocked, null, TimeProvider.System, NullLogger<BlockKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);
        return keeper;
    }
}
