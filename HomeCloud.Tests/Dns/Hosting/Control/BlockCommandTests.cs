using System.Text.Json;
using HomeCloud.Dns.Serving;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Scenarios.Served;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Hosting.Control;

/// <summary><c>block</c> of the real programs, against the server as it also runs inside the agent; and what its query log says.</summary>
[Trait("Category", "Slow")]
public sealed class BlockCommandTests
{
    [Fact(Timeout = 120_000)]
    public async Task Tells_which_list_and_rule_decide()
    {
        var directory = Directory.CreateTempSubdirectory("block-command-");
        var list = Path.Combine(directory.FullName, "ads.txt");
        var log = Path.Combine(directory.FullName, "queries.log");
        await File.WriteAllTextAsync(list, "# ours\n||ads.example^\n");
        await using var upstream = new ScriptedServer().When("*", RecordType.A, reply => reply.Answers.AddRange(["@ 60 CNAME x.ads.example.", "x.ads.example. 60 A 192.0.2.1"]));
        await using (var server = await ScenarioServer.StartAsync(options =>
        {
            options.Forwarding.Upstreams.Add(upstream.EndPoint.ToString());
            options.Blocking.Lists.Add($"ads={list}");
            options.Serving.LocalNames.Add("nextcloud.ads.example=192.168.1.9");
            options.Telemetry.QueryLog = log;
        }))
        {
            (await RunAsync(server, "homecloud-dns", "test", "www.Ads.example")).Should()
                .Be("www.ads.example. is blocked by list ads\nrule: ads.example. and all below it, line 2 of the list: ||ads.example^\n");
            (await RunAsync(server, "homecloud-agent", "test", "nas.home")).Should().Contain("those always win");
            (await RunAsync(server, "homecloud-dns", "test", "nextcloud.ads.example")).Should().Contain("those always win");
            await server.AskAsync(QueryBytes.Of("www.ads.example", RecordType.A), QueryTransport.Udp);
            await server.AskAsync(QueryBytes.Of("late.example", RecordType.A), QueryTransport.Tcp);
            await server.AskAsync(QueryBytes.Of("nextcloud.ads.example", RecordType.A), QueryTransport.Udp);
            (await RunAsync(server, "homecloud-dns", "ls")).Should().StartWith("ads: 1 names, blocked 2 answers, from ");

            (await RunAsync(server, "homecloud-agent", "add", "shop.example")).Should().Be("blocked\n");
            (await RunAsync(server, "homecloud-dns", "allow", "good.ads.example")).Should().Be("allowed\n");
            (await RunAsync(server, "homecloud-dns", "test", "www.shop.example")).Should().Be("www.shop.example. is blocked by hand\nrule: shop.example. and all below it\n");
            (await RunAsync(server, "homecloud-dns", "rm", "good.ads.example")).Should().Be("removed\n");
            (await FailAsync(server, "rm", "good.ads.example")).Should().Contain("neither blocked nor allowed");
            (await FailAsync(server, "add", "nas.home")).Should().Contain("those always win");
            (await RunAsync(server, "homecloud-dns", "pause", "5m", "192.168.1.40")).Should().Be("paused for 192.168.1.40\n");
            (await FailAsync(server, "pause", "5")).Should().Contain("write 30s, 5m or 2h");
            using (var state = JsonDocument.Parse(await RunAsync(server, "homecloud-dns", "ls", "--json")))
            {
                state.RootElement.GetProperty("lists")[0].GetProperty("hits").GetInt32().Should().Be(2);
                state.RootElement.GetProperty("blocked")[0].GetString().Should().Be("shop.example");
                state.RootElement.GetProperty("pauses")[0].GetProperty("device").GetString().Should().Be("192.168.1.40");
            }

            using (var verdict = JsonDocument.Parse(await RunAsync(server, "homecloud-agent", "test", "www.ads.example", "--json")))
                (verdict.RootElement.GetProperty("list").GetString(), verdict.RootElement.GetProperty("lineNumber").GetInt32()).Should().Be(("ads", 2));
            (await RunAsync(server, "homecloud-dns", "test", "www.ads.example", "--device", "192.168.1.40")).Should().Be("www.ads.example. is not blocked: blocking is paused\n");
            (await RunAsync(server, "homecloud-dns", "test", "www.ads.example", "--device", "192.168.1.41")).Should().StartWith("www.ads.example. is blocked by list ads\n");
            (await FailAsync(server, "pause", "5m", "nobody")).Should().Contain("no group and no device");
            (await RunAsync(server, "homecloud-dns", "resume")).Should().Be("resumed\n");

            await File.WriteAllTextAsync(list, "||other.example^\n");
            // The server looks at its files by itself too, every ten seconds: whichever comes first has renewed it.
            (await RunAsync(server, "homecloud-dns", "update", "ads")).Should().BeOneOf("ads: 1 names, renewed\n", "ads: 1 names, as before\n");
            (await RunAsync(server, "homecloud-dns", "test", "www.ads.example")).Should().Be("www.ads.example. is not blocked: it is in none of 1 lists\n");
            (await RunAsync(server, "homecloud-dns", "update", "none")).Should().Be("no block list is called none\n");
        }

        var lines = await File.ReadAllLinesAsync(log);
        lines.Should().Contain(line => line.Contains(" www.ads.example. A NOERROR blocked:ads ", StringComparison.Ordinal));
        lines.Should().Contain(line => line.Contains(" late.example. A NOERROR blocked:ads ", StringComparison.Ordinal));
        lines.Should().Contain(line => line.Contains(" nextcloud.ads.example. A NOERROR local ", StringComparison.Ordinal));
        directory.Delete(recursive: true);
    }

    private static async Task<string> FailAsync(ScenarioServer server, params string[] arguments)
    {
        var result = await Command.RunAsync([Path.Combine(AppContext.BaseDirectory, "homecloud-dns"), "block", .. arguments, "--data-dir", server.DataDirectory]);
        result.ExitCode.Should().NotBe(0);
        return result.Error;
    }

    private static async Task<string> RunAsync(ScenarioServer server, string program, params string[] arguments)
    {
        var result = await Command.RunAsync([Path.Combine(AppContext.BaseDirectory, program), "block", .. arguments, "--data-dir", server.DataDirectory]);
        result.ExitCode.Should().Be(0, result.Error);
        return result.Output;
    }
}
