using HomeCloud.Commands;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using HomeCloud.Tests.Dns.Updating;

namespace HomeCloud.Tests.Dns.Hosting.Control;

/// <summary><c>records ls|add|rm</c> of the real program: records of any type, with the rules that updates have.</summary>
[Trait("Category", "Slow")]
public sealed class RecordsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-records-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task Adds_shows_and_removes_records_of_any_type()
    {
        var keys = Path.Combine(_folder, "keys");
        await File.WriteAllTextAsync(keys, new TestKey("certbot.").Statement);
        await using var server = await PeerProcess.StartHomeCloudAsync("--upstream", "127.0.0.1:9", "--update-keys", keys, "--delegated-zone", "acme.example.net=home.example.net", "--data-dir", _folder);

        (await RunAsync("add", "nas.home", "MX", "10", "mail.home.")).Should().Be((0, "added\n", ""));
        (await RunAsync("add", "nas.home.arpa", "--ttl", "300", "TXT", "v=spf1 -all; of the home", "two")).Should().Be((0, "added\n", ""));
        (await RunAsync("add", "nas.home.", "caa", "0", "issue", "ca.home")).Should().Be((0, "added\n", ""));
        (await RunAsync("add", "_acme-challenge.acme.example.net", "TXT", "token")).Should().Be((0, "added\n", ""));

        (await RunAsync("ls")).Output.Should().Be("_acme-challenge.acme.example.net. 60 TXT \"token\"\nnas.home. 60 MX 10 mail.home.\nnas.home. 300 TXT \"v=spf1 -all; of the home\" \"two\"\nnas.home. 60 CAA 0 issue \"ca.home\"\n");
        (await AskAsync(server, "nas.home.", RecordType.Mx)).Answers.Should().Equal("nas.home. 60 MX 10 mail.home.");
        (await AskAsync(server, "_acme-challenge.acme.example.net.", RecordType.Txt)).Answers.Should().Equal("_acme-challenge.acme.example.net. 60 TXT token");

        (await RunAsync("rm", "NAS.home")).Should().Be((0, "3 RRsets removed\n", ""));
        (await AskAsync(server, "nas.home.", RecordType.Mx)).Code.Should().Be(ResponseCode.NameError);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_wrong_changes_nothing_and_is_said()
    {
        var keys = Path.Combine(_folder, "keys");
        await File.WriteAllTextAsync(keys, new TestKey("certbot.").Statement);
        await using (await PeerProcess.StartHomeCloudAsync("--upstream", "127.0.0.1:9", "--update-keys", keys, "--delegated-zone", "acme.example.net=home.example.net", "--data-dir", _folder))
        {
            foreach (var (arguments, problem) in ((string[], string)[])
                [
                    (["add", "nas.example.org", "A", "192.168.1.1"], "nas.example.org. is in no zone of the home"),
                    (["add", "nas.home", "A", "192.168.1"], "'192.168.1' is not an IPv4 address"),
                    (["add", "nas.home", "AB", "1"], "that is not a type"),
                    (["add", "nas.home", "NS", "ns.home."], "SOA and NS of zones are not updated here"),
                    (["add", "nas.home", "CNAME", "www.example.org."], "leads out, to www.example.org."),
                    (["add", "x.acme.example.net", "CNAME", "acme.example.net."], "a delegated zone has no aliases (CNAME) here"),
                    (["add", "nas.home", "TXT", "\"open"], "these quotes are not closed"),
                    (["add", "nas.home", "TXT", new string('x', 3_000)], "is too long"),
                ])
            {
                var (code, output, error) = await RunAsync(arguments);
                (code, output).Should().Be((ExitCodes.Failure, ""), error);
                error.Should().Contain(problem);
            }

            (await RunAsync("ls")).Should().Be((0, "", ""));
        }

        await using var without = await PeerProcess.StartHomeCloudAsync("--upstream", "127.0.0.1:9", "--data-dir", _folder);
        (await RunAsync("add", "nas.home", "MX", "10", "mail.home.")).Should().Be((0, "added\n", ""), "by hand no key is needed");
        (await AskAsync(without, "nas.home.", RecordType.Mx)).Answers.Should().Equal("nas.home. 60 MX 10 mail.home.");
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var result = await Command.RunAsync([PeerProcess.HomeCloud(), "records", .. arguments, "--data-dir", _folder]);
        return (result.ExitCode, result.Output, result.Error);
    }

    private static async Task<DnsMessage> AskAsync(PeerProcess server, string name, RecordType type)
    {
        using var asker = new UdpAsker(server.EndPoint);
        return await asker.TryAskAsync(DnsMessage.Query(name, type), TimeSpan.FromSeconds(20)) ?? throw new TimeoutException(server.Output);
    }
}
