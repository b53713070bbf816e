using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Resolving;

public sealed class ForwardingStageTests
{
    [Fact(Timeout = 60_000)]
    public async Task Identical_questions_travel_once_and_each_asker_gets_its_own_id_and_case()
    {
        await using var server = new ScriptedServer();
        server.When("*", null, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            reply.Delay = TimeSpan.FromMilliseconds(200);
        });
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => harness.AskAsync(i % 2 == 0 ? "www.example." : "WWW.Example.")));

        answers.Should().OnlyContain(answer => answer.Code == ResponseCode.NoError && answer.Answers.Count == 1);
        answers.Where((_, i) => i % 2 == 1).Should().OnlyContain(answer => answer.Name == "WWW.Example.");
        server.Seen.Select(seen => seen.Message.Id).Distinct().Should().HaveCountLessThan(10, "one exchange repeats its question a few times on a busy machine; sixty would be sixty questions");
        harness.Waiting.Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_query_has_an_id_and_a_source_port_of_its_own()
    {
        await using var server = new ScriptedServer();
        server.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server));

        for (var i = 0; i < 100; i++)
            await harness.AskAsync($"n{i}.example.");

        server.Seen.Select(seen => seen.From.Port).Distinct().Should().HaveCountGreaterThan(90);
        server.Seen.Select(seen => seen.Message.Id).Distinct().Should().HaveCountGreaterThan(90);
        server.Seen.Count(seen => seen.Message.Name.Any(char.IsAsciiLetterUpper)).Should().BeGreaterThan(90, "letter case is mixed");
        server.Seen.Should().OnlyContain(seen => seen.Message.HasEdns && seen.Message.UdpSize == 1232);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_of_the_askers_message_but_its_question_reaches_an_upstream()
    {
        await using var server = new ScriptedServer();
        server.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server));

        // A client subnet (RFC 7871) and a cookie: both would tell an upstream who asked.
        byte[] query = [.. DnsMessage.Query("www.example.", RecordType.A), 0, 8, 0, 7, 0, 1, 24, 0, 192, 168, 1, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        query[query.Length - 24] = 23;
        await harness.AskAsync(query);

        server.Seen.Should().OnlyContain(seen => seen.Message.Options.Count == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Queries_that_wait_are_bounded_for_each_client_and_in_all()
    {
        await using var server = new ScriptedServer();
        server.When("cached.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1")).When("*", null, reply => reply.Behaviours.Add("silence"));
        var options = ForwardingHarness.OptionsFor(server);
        (options.MaxOutstanding, options.MaxOutstandingPerClient, options.QueryTimeoutMilliseconds) = (30, 20, 1_500);
        await using var harness = new ForwardingHarness(options);
        await harness.AskAsync("cached.example.");
        var other = ClientAddress.From(IPAddress.Parse("192.168.1.51"));

        var mine = Enumerable.Range(0, 40).Select(i => Begin(harness, $"m{i}.example.", ForwardingHarness.Client)).ToArray();
        var others = Enumerable.Range(0, 40).Select(i => Begin(harness, $"o{i}.example.", other)).ToArray();

        mine.Count(begun => begun.Disposition == Disposition.Deferred).Should().Be(20);
        others.Count(begun => begun.Disposition == Disposition.Deferred).Should().Be(10);
        (await harness.AskAsync("cached.example.")).Code.Should().Be(ResponseCode.NoError, "what is cached never waits");
        var refused = DnsMessage.Parse(await mine[^1].Answer);
        refused.Code.Should().Be(ResponseCode.ServerFailure);
        refused.Errors.Should().ContainSingle().Which.Text.Should().Contain("too many queries");

        foreach (var begun in mine.Concat(others))
        {
            var answer = await begun.Answer.WaitAsync(TimeSpan.FromSeconds(30));
            DnsMessage.Parse(answer).Code.Should().Be(ResponseCode.ServerFailure, "a client always gets an answer");
        }

        harness.Waiting.Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_popular_answer_is_refreshed_before_it_expires_and_an_unpopular_one_is_not()
    {
        await using var server = new ScriptedServer();
        server.When("*", null, reply => reply.Answers.Add("@ 100 A 192.0.2.1"));
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server));
        await harness.AskAsync("rare.example.");
        for (var i = 0; i < 4; i++)
            await harness.AskAsync("popular.example.");

        harness.Now += 95_000;
        (await harness.AskAsync("popular.example.")).Answers.Should().Equal("popular.example. 5 A 192.0.2.1");
        await harness.AskAsync("rare.example.");
        await ForwardingHarness.Eventually(() => harness.Runner.Asking == 0);

        harness.Counters.Refreshes.Should().Be(1);
        server.Count("popular.example.").Should().BeGreaterThanOrEqualTo(2);
        (await harness.AskAsync("popular.example.")).Answers.Should().Equal("popular.example. 100 A 192.0.2.1");
        (await harness.AskAsync("rare.example.")).Answers.Should().Equal("rare.example. 5 A 192.0.2.1");
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_any_upstream_the_answer_says_what_to_do()
    {
        var options = new HomeCloud.Dns.Forwarding.ForwardingOptions { ResolvConf = "/does/not/exist" };
        await using var harness = new ForwardingHarness(options);

        var answer = await harness.AskAsync("www.example.");

        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle().Which.Text.Should().Contain("--upstream");
        harness.Stage.UpstreamInUse.Should().Contain("none known");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_of_60_KB_reaches_TCP_clients_whole()
    {
        await using var server = new ScriptedServer();
        server.When("*", null, reply => reply.Filler = 55_000);
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server));

        var answer = await harness.AskAsync("big.example.", RecordType.Txt, transport: QueryTransport.Tcp);
        answer.Answers.Should().HaveCount(275);
        var again = await harness.AskAsync("big.example.", RecordType.Txt, transport: QueryTransport.Tcp);
        again.Answers.Should().HaveCount(275);
        server.Seen.Count(seen => seen.Transport == "tcp").Should().Be(1);
    }

    private static (Task<byte[]> Answer, Disposition Disposition) Begin(ForwardingHarness harness, string name, ClientAddress client)
    {
        var answer = harness.Begin(DnsMessage.Query(name, RecordType.A), QueryTransport.Udp, client, out var disposition);
        return (answer, disposition);
    }
}
