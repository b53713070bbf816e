using System.Net;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Forwarding.Rules;

/// <summary>An <c>https://name/…</c> upstream with several addresses, of which some lead nowhere: IPv4 on a host with IPv6 only, or a server that is away.</summary>
public sealed class BootstrapTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("240.0.0.1", "::1")]           // no route, as for IPv4 on a host that has IPv6 only
    [InlineData("127.0.0.2,127.0.0.1", "")]    // nothing listens on the first
    [InlineData("127.0.0.2,127.0.0.3", "::1")]
    public async Task Every_address_behind_the_name_is_tried(string v4, string v6)
    {
        await using var script = new ScriptedServer();
        script
            .When("dns.test.", RecordType.A, reply => reply.Answers.AddRange(v4.Split(',').Select(address => $"@ 300 A {address}")))
            .When("dns.test.", RecordType.Aaaa, reply => reply.Answers.AddRange(v6.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(address => $"@ 300 AAAA {address}")))
            .When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var https = await ScriptedHttpsServer.StartAsync(script, _authority, v6.Length > 0 ? IPAddress.IPv6Loopback : null);
        await using var harness = new ForwardingHarness(new ForwardingOptions
        {
            Upstreams = [$"https://dns.test:{https.Port}/dns-query"],
            Bootstrap = [script.EndPoint.ToString()],
            UpstreamCaFile = _authority.CaFile,
        });

        (await harness.AskAsync("www.example.")).Answers.Should().Equal("www.example. 300 A 192.0.2.1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bootstrap_server_that_throws_EDNS_away_serves_too()
    {
        await using var script = new ScriptedServer();
        script
            .When("dns.test.", RecordType.A, reply =>
            {
                reply.Answers.Add("@ 300 A 127.0.0.1");
                reply.Behaviours.Add("edns-silence");
            })
            .When("dns.test.", RecordType.Aaaa, reply => reply.Behaviours.Add("edns-silence"))
            .When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var https = await ScriptedHttpsServer.StartAsync(script, _authority);
        await using var harness = new ForwardingHarness(new ForwardingOptions
        {
            Upstreams = [$"https://dns.test:{https.Port}/dns-query"],
            Bootstrap = [script.EndPoint.ToString()],
            UpstreamCaFile = _authority.CaFile,
        });

        (await harness.AskAsync("www.example.")).Answers.Should().HaveCount(1);
    }
}
