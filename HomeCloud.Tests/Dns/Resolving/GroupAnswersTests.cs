using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime.CompilerServices;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Hosting.Control;
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

    [Fact(Timeout = 60_000)]
    public async Task What_a_person_allows_is_no_safe_search_engine_but_what_a_list_excepts_is()
    {
        await using var upstream = Upstream();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        using var keeper = await StartAsync(harness, "kids=ads,safe-search", "all=ads");
        await ForwardingHarness.Eventually(() => AskAsync(harness, "duckduckgo.com", Kid).Result.Code == ResponseCode.NoError);
        var desk = new BlockDesk(keeper, harness.Blocked, _ => false, TimeProvider.System, NullLogger<BlockDesk>.Instance, name => harness.SafeSearch.SafeName(name));

        var tested = desk.Test("www.bing.com", "kids", out _)!;
        (tested.IsBlocked, tested.Reason, tested.List, tested.Group).Should().Be((false, "safe-search of group kids leads it to strict.bing.com.", "safe-search", "kids"));
        desk.Test("www.bing.com", null, out _)!.List.Should().BeNull();
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "ads.list"), "||ads.example^\n@@||www.google.com^\n");
        await keeper.UpdateNowAsync("ads", CancellationToken.None);
        (await AskAsync(harness, "www.google.com", Kid)).Answers[0].Should().EndWith("forcesafesearch.google.com.", "an exception in a list is no wish of this home");

        desk.Set("bing.com", allowed: true).Should().BeNull();
        for (var round = 0; round < 2; round++)
            (await AskAsync(harness, "www.bing.com", Kid)).Answers.Should().Equal("www.bing.com. 300 A 192.0.2.4");
        desk.Test("www.bing.com", "kids", out _)!.Reason.Should().Be("it is allowed by hand");

        keeper.Apply(Options(["duckduckgo.com"], "kids=ads,safe-search", "all=ads"));
        (await AskAsync(harness, "duckduckgo.com", Kid)).Answers.Should().NotContain(record => record.Contains("CNAME", StringComparison.Ordinal));
        (await AskAsync(harness, "www.youtube.com", Kid)).Answers[0].Should().EndWith("restrict.youtube.com.");
        await keeper.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_that_lead_to_a_safe_engine_are_counted_as_those_of_a_list()
    {
        await using var upstream = Upstream();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        using var keeper = await StartAsync(harness, "kids=ads,safe-search", "all=ads");
        await ForwardingHarness.Eventually(() => AskAsync(harness, "duckduckgo.com", Kid).Result.Code == ResponseCode.NoError);
        using var instruments = new BlockInstruments(keeper, TimeProvider.System);
        var before = Counted("safe-search");
        before.Should().BePositive();
        await AskAsync(harness, "www.bing.com", Kid);
        await AskAsync(harness, "www.bing.com", Parent);
        Counted("safe-search").Should().Be(before + 1);
        await keeper.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cached_answer_keeps_no_mark_of_rules_that_have_gone()
    {
        await using var upstream = Upstream();
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        using var keeper = await StartAsync(harness, "kids=social", "all=ads");
        async Task AskAllAsync()
        {
            (await AskAsync(harness, "late.example", Kid)).Answers.Should().HaveCount(1);
            (await AskAsync(harness, "late.example", Parent)).Answers.Should().HaveCount(2);
        }

        await AskAllAsync();
        var gone = StampOf(harness.Blocked);
        keeper.Own.Set("other.example", allowed: false).Should().BeNull();
        keeper.Publish();
        await AskAllAsync();
        await ForwardingHarness.Eventually(() =>
        {
            GC.Collect();
            return !gone.IsAlive;
        });
        upstream.Count("late.example.").Should().Be(1);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference StampOf(BlockedNames names) => new(names.Policy!.Everyone!.Stamp);

    // Of the instruments that count most: those of other tests are there too.
    private static long Counted(string list)
    {
        var most = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "homecloud.dns.blocked")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => most = tags.ToArray().Any(tag => (string?)tag.Value == list) ? Math.Max(most, value) : most);
        listener.Start();
        listener.RecordObservableInstruments();
        return most;
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
        var keeper = new BlockKeeper(Options([], lists), _directory.FullName, harness.Blocked, null, TimeProvider.System, NullLogger<BlockKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);
        return keeper;
    }

    private BlockingOptions Options(string[] allowed, params string[] lists) => new()
    {
        Lists = [.. ((string[])["ads", "social"]).Select(name => $"{name}={Path.Combine(_directory.FullName, name + ".list")}")],
        Allowed = allowed,
        Groups = ["kids=192.168.1.40"],
        For = lists,
    };
}
