using System.Diagnostics;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Forwarding.Channels;

/// <summary>Connections that say nothing more though nobody closed them, and connections that are closed after each answer.</summary>
public sealed class SilentConnectionTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("tls")]
    [InlineData("tcp")]
    [InlineData("https")]
    [InlineData("plain")] // with answers that are truncated over UDP
    public async Task The_first_unanswered_question_is_answered_over_a_fresh_connection(string scheme)
    {
        await using var server = new ScriptedServer(_authority.Server);
        server.When("*", null, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            if (scheme == "plain")
                reply.Behaviours.Add("truncate");
        });
        await using var https = await ScriptedHttpsServer.StartAsync(server, _authority);
        await using var harness = new ForwardingHarness(Options(scheme, server, https));
        (await harness.AskAsync("before.example.")).Answers.Should().HaveCount(1);
        server.ForgetConnections();
        https.ForgetConnections();

        var first = Stopwatch.StartNew();
        (await harness.AskAsync("first.example.")).Code.Should().Be(ResponseCode.NoError, "it was sent again over a connection that works");
        first.Stop();
        for (var i = 0; i < 20; i++)
            (await harness.AskAsync($"n{i}.example.")).Code.Should().Be(ResponseCode.NoError);

        first.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(4.5), "a client waits no longer");
        server.Seen.Count(seen => seen.Transport != "udp" && seen.Message.Name.StartsWith("n", StringComparison.OrdinalIgnoreCase)).Should().Be(20, "what follows goes to the new connection at once");
        harness.Forwarder.Status.Single().State.Should().Be(UpstreamState.Up);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("tls")]
    [InlineData("https")]
    public async Task An_answer_that_is_merely_slow_is_taken_from_the_connection_that_it_comes_on(string scheme)
    {
        await using var server = new ScriptedServer(_authority.Server);
        server
            .When("slow.example.", null, reply =>
            {
                reply.Answers.Add("@ 300 A 192.0.2.1");
                reply.Delay = TimeSpan.FromMilliseconds(2_000);
            })
            .When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.2"));
        await using var https = await ScriptedHttpsServer.StartAsync(server, _authority);
        await using var harness = new ForwardingHarness(Options(scheme, server, https));
        await harness.AskAsync("before.example.");

        (await harness.AskAsync("slow.example.")).Answers.Should().Equal("slow.example. 300 A 192.0.2.1");
    }

    /// <summary>A year that was lived through in minutes ended here: the probe threw, and the server with it.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_probe_of_an_upstream_that_a_reload_has_replaced_ends_quietly()
    {
        await using var server = new ScriptedServer();
        await using var harness = new ForwardingHarness(new ForwardingOptions { Upstreams = [$"tcp://{server.EndPoint}"] });
        var upstream = harness.Forwarder.Upstreams.Single();
        upstream.Dispose();

        await harness.Forwarder.Loops.ProbeAsync(upstream, CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_whose_upstream_a_reload_closes_is_answered_by_the_new_one()
    {
        await using var before = new ScriptedServer();
        before.When("*", null, reply => reply.Behaviours.Add("silence"));
        await using var after = new ScriptedServer();
        after.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.2"));
        await using var harness = new ForwardingHarness(new ForwardingOptions { Upstreams = [$"tcp://{before.EndPoint}"] });
        var old = harness.Forwarder.Upstreams.Single();
        var answer = harness.AskAsync("www.example.");
        await ForwardingHarness.Eventually(() => before.Seen.Any(seen => seen.Message.Name.Equals("www.example.", StringComparison.OrdinalIgnoreCase)));

        harness.Forwarder.Apply(new ForwardingOptions { Upstreams = [$"tcp://{after.EndPoint}"] });
        old.Dispose();

        (await answer).Answers.Should().Equal("www.example. 300 A 192.0.2.2");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_probe_uses_a_fresh_connection()
    {
        await using var server = new ScriptedServer(_authority.Server);
        server.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var https = await ScriptedHttpsServer.StartAsync(server, _authority);
        await using var harness = new ForwardingHarness(Options("tls", server, https));
        await harness.AskAsync("before.example.");
        var upstream = harness.Forwarder.Upstreams.Single();

        // Suspected for six silences in a row, as a home with a dead flow would see them.
        server.ForgetConnections();
        for (var i = 0; i < 2; i++)
            upstream.Health.Unanswered(1_500);
        server.IsDead = true;
        await harness.AskAsync("dead.example.");
        server.IsDead = false;

        await ForwardingHarness.Eventually(() => upstream.Health.State == UpstreamState.Up);
        (await harness.AskAsync("after.example.")).Code.Should().Be(ResponseCode.NoError);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("plain")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task What_a_closed_connection_left_unanswered_is_sent_again(string scheme)
    {
        await using var server = new ScriptedServer(_authority.Server);
        server.When("*", null, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            reply.Behaviours.UnionWith(["truncate", "close-after"]);
        });
        await using var https = await ScriptedHttpsServer.StartAsync(server, _authority);
        await using var harness = new ForwardingHarness(Options(scheme, server, https));

        // RFC 7766 §6.2.1.1.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => harness.AskAsync($"n{i}.example.")));

        answers.Should().OnlyContain(answer => answer.Code == ResponseCode.NoError && answer.Answers.Count == 1);
    }

    private ForwardingOptions Options(string scheme, ScriptedServer server, ScriptedHttpsServer https) => new()
    {
        UpstreamCaFile = _authority.CaFile,
        Upstreams =
        [
            scheme switch
            {
                "tls" => $"tls://{server.TlsEndPoint}#dns.test",
                "tcp" => $"tcp://{server.EndPoint}",
                "https" => $"https://127.0.0.1:{https.Port}",
                _ => server.EndPoint.ToString(),
            },
        ],
    };
}
