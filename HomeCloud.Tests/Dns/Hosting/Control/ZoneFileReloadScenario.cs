using HomeCloud.Commands;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Hosting.Control;

/// <summary>Zone files of the real program: read at the start, again by <c>homecloud-dns reload</c> and SIGHUP; a wrong one changes nothing.</summary>
[Trait("Category", "Slow")]
public sealed class ZoneFileReloadScenario : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-zone-").FullName;

    private string ZoneFile => Path.Combine(_folder, "example.org.zone");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 180_000)]
    public async Task What_is_good_counts_at_once_and_what_is_wrong_changes_nothing()
    {
        Write("192.168.1.1");
        await using var server = await PeerProcess.StartHomeCloudAsync("--upstream", "127.0.0.1:9", "--zone-file", ZoneFile, "--data-dir", _folder);
        await SaysAsync(server, "192.168.1.1");

        Write("192.168.1.2");
        (await ReloadAsync()).Should().Be((0, "reloaded\n", ""));
        await SaysAsync(server, "192.168.1.2");

        await File.WriteAllTextAsync(ZoneFile, "$ORIGIN example.org.\nnas A 192.168.1.\n$ORIGIN home.\nnas A 192.168.1.3\n");
        var (code, _, error) = await ReloadAsync();
        code.Should().Be(ExitCodes.Failure);
        error.Should().Contain($"not reloaded, the running configuration stays in use: --zone-file '{ZoneFile}' line 2, column 7: '192.168.1.' is not an IPv4 address");
        server.Output.Should().Contain("Configuration not reloaded; the running one stays in use: --zone-file");
        await SaysAsync(server, "192.168.1.2");

        await File.WriteAllTextAsync(ZoneFile, "$ORIGIN example.org.\nnas A 192.168.1.4\nna");
        (await ReloadAsync()).Code.Should().Be(ExitCodes.Failure, "it is half written");
        File.Delete(ZoneFile);
        (await ReloadAsync()).Code.Should().Be(ExitCodes.Failure, "it is gone");
        await SaysAsync(server, "192.168.1.2");

        Write("192.168.1.5");
        (await Command.RunAsync(["kill", "-HUP", $"{server.Id}"])).OrFail();
        (await Poll.UntilAsync(async () => (await AskAsync(server, "nas.home.")).Answers is ["nas.home. 60 A 192.168.1.5"], TimeSpan.FromSeconds(60))).Should().BeTrue(server.Output);
        await SaysAsync(server, "192.168.1.5");

        await File.WriteAllTextAsync(ZoneFile, "; nothing is left\n");
        (await ReloadAsync()).Code.Should().Be(0);
        (await AskAsync(server, "nas.home.")).Code.Should().Be(ResponseCode.NameError);
        (await AskAsync(server, "5.1.168.192.in-addr.arpa.", RecordType.Ptr)).Code.Should().Be(ResponseCode.NameError);
        (await AskAsync(server, "nas.example.org.")).Code.Should().Be(ResponseCode.ServerFailure, "it is forwarded, and nobody is there");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_wrong_file_keeps_the_server_from_starting()
    {
        await File.WriteAllTextAsync(ZoneFile, "nas A 192.168.1.1\n");

        var result = await Command.RunAsync([PeerProcess.HomeCloud(), "--listen", "127.0.0.1:0", "--zone-file", ZoneFile, "--data-dir", _folder]);

        result.ExitCode.Should().Be(ExitCodes.Usage);
        result.Error.Trim().Should().StartWith($"homecloud-dns: --zone-file '{ZoneFile}' line 1, column 1: 'nas' does not end in a dot").And.NotContain("\n");
    }

    private void Write(string address) => File.WriteAllText(ZoneFile, $"$ORIGIN example.org.\nnas A {address}\nnas MX 10 nas\n$ORIGIN home.\nnas A {address}\n");

    private static async Task SaysAsync(PeerProcess server, string address)
    {
        (await AskAsync(server, "nas.example.org.")).Answers.Should().Equal($"nas.example.org. 60 A {address}");
        (await AskAsync(server, "nas.home.")).Answers.Should().Equal($"nas.home. 60 A {address}");
        (await AskAsync(server, string.Join('.', address.Split('.').Reverse()) + ".in-addr.arpa.", RecordType.Ptr)).Answers.Should().ContainSingle().Which.Should().EndWith(" PTR nas.home.");
    }

    private static async Task<DnsMessage> AskAsync(PeerProcess server, string name, RecordType type = RecordType.A)
    {
        using var asker = new UdpAsker(server.EndPoint);
        return await asker.TryAskAsync(DnsMessage.Query(name, type), TimeSpan.FromSeconds(20)) ?? throw new TimeoutException(server.Output);
    }

    private async Task<(int Code, string Output, string Error)> ReloadAsync()
    {
        var result = await Command.RunAsync([PeerProcess.HomeCloud(), "reload", "--data-dir", _folder]);
        return (result.ExitCode, result.Output, result.Error);
    }
}
