using HomeCloud.Dns.Forwarding;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Forwarding.Channels;

/// <summary>DNS over TLS (RFC 7858) and over HTTPS (RFC 8484) towards upstreams.</summary>
public sealed class EncryptedUpstreamTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("#dns.test")]
    [InlineData("")]
    public async Task Asks_over_TLS_on_one_connection_with_padding(string name)
    {
        await using var server = new ScriptedServer(_authority.Server);
        server.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var harness = new ForwardingHarness(Options($"tls://{server.TlsEndPoint}{name}"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => harness.AskAsync($"n{i}.example.")));

        answers.Should().OnlyContain(answer => answer.Answers.Count == 1);
        server.Connections.Should().Be(1, "queries are pipelined");
        server.Seen.Should().OnlyContain(seen => seen.Transport == "tls" && seen.Message.Octets.Length % 128 == 0);
        server.Seen.Select(seen => seen.Message.Id).Distinct().Should().HaveCountGreaterThan(45);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_answer_does_not_hold_up_the_others_on_the_connection()
    {
        await using var server = new ScriptedServer(_authority.Server);
        server
            .When("slow.example.", null, reply =>
            {
                reply.Answers.Add("@ 300 A 192.0.2.1");
                reply.Delay = TimeSpan.FromMilliseconds(1_500);
            })
            .When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var harness = new ForwardingHarness(Options($"tls://{server.TlsEndPoint}#dns.test"));

        var slow = harness.AskAsync("slow.example.");
        var fast = await harness.AskAsync("fast.example.");

        fast.Answers.Should().HaveCount(1);
        slow.IsCompleted.Should().BeFalse();
        (await slow).Answers.Should().HaveCount(1);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("tls://{0}#other.test", true, "TLS")]
    [InlineData("tls://{0}#dns.test", false, "TLS")]
    public async Task A_certificate_for_another_name_or_of_an_unknown_authority_is_refused(string upstream, bool trusted, string expected)
    {
        await using var server = new ScriptedServer(_authority.Server);
        var options = Options(string.Format(upstream, server.TlsEndPoint));
        if (!trusted)
            options.UpstreamCaFile = null;
        await using var harness = new ForwardingHarness(options);

        var answer = await harness.AskAsync("www.example.");

        answer.Code.Should().Be(ResponseCode.ServerFailure);
        answer.Errors.Should().ContainSingle(error => error.Code == EdeCode.NetworkError).Which.Text.Should().Contain(expected);
        server.Seen.Should().BeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Reconnects_when_the_server_has_closed_the_connection()
    {
        await using var server = new ScriptedServer();
        server.When("close.example.", null, reply => reply.Behaviours.UnionWith(["no-tcp", "once"])).When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var harness = new ForwardingHarness(new ForwardingOptions { Upstreams = [$"tcp://{server.EndPoint}"] });
        await harness.AskAsync("www.example.");

        var answer = await harness.AskAsync("close.example.");

        answer.Answers.Should().HaveCount(1);
        server.Connections.Should().BeGreaterThanOrEqualTo(2);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("https://dns.test:{0}/dns-query#127.0.0.1")]
    [InlineData("https://127.0.0.1:{0}/dns-query")]
    [InlineData("https://dns.test:{0}/dns-query")]
    public async Task Asks_over_HTTPS_by_address_or_by_a_name_that_the_bootstrap_server_knows(string upstream)
    {
        await using var script = new ScriptedServer();
        script
            .When("dns.test.", RecordType.A, reply => reply.Answers.Add("@ 300 A 127.0.0.1"))
            .When("dns.test.", RecordType.Aaaa, reply => reply.Code = ResponseCode.NoError)
            .When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var https = await ScriptedHttpsServer.StartAsync(script, _authority);
        var options = Options(string.Format(upstream, https.Port));
        options.Bootstrap = [script.EndPoint.ToString()];
        await using var harness = new ForwardingHarness(options);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => harness.AskAsync($"n{i}.example.")));

        answers.Should().OnlyContain(answer => answer.Answers.Count == 1);
        https.Protocols.Should().Equal("HTTP/2");
        script.Seen.Where(seen => seen.Transport == "https").Should().OnlyContain(seen => seen.Message.Id == 0 && seen.Message.Octets.Length % 128 == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Time_in_HTTP_caches_counts_against_the_TTL_and_errors_are_named()
    {
        await using var script = new ScriptedServer();
        script.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var https = await ScriptedHttpsServer.StartAsync(script, _authority);
        https.AgeSeconds = 100;
        await using var harness = new ForwardingHarness(Options($"https://127.0.0.1:{https.Port}"));

        (await harness.AskAsync("www.example.")).Answers.Should().Equal("www.example. 200 A 192.0.2.1");

        https.Status = 503;
        var failed = await harness.AskAsync("other.example.");
        failed.Errors.Should().ContainSingle(error => error.Code == EdeCode.NetworkError).Which.Text.Should().Contain("HTTP status 503");
    }

    private ForwardingOptions Options(string upstream) => new() { Upstreams = [upstream], UpstreamCaFile = _authority.CaFile };
}
