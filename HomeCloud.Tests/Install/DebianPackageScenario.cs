using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;
using HomeCloud.Tests.Lab;
using HomeCloud.Tests.Registry;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Install;

/// <summary>The Debian package on a real systemd: installed, upgraded while the household asks, removed, and purged without a trace.</summary>
[Collection(LabCollections.OnTheirOwn)]
public sealed class DebianPackageScenario(ITestOutputHelper output) : IDisposable
{
    private const string Agent = "homecloud-agent.service";
    private const string Dns = "homecloud-dns.service";
    private const string Local = "127.0.0.1";
    private const string Printer = "192.168.77.20";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 20 * 60_000)]
    [Trait("Category", "Lab")]
    public async Task A_server_is_installed_upgraded_and_cleared_by_packages()
    {
        await using var server = new BootedServer(_directory.Path);
        await server.PrepareAsync(BuildAsync);
        await server.PowerOnAsync();
        var before = await server.FilesAsync();

        await InstallAsync(server);
        await DockerComesLaterAsync(server);
        await UpgradeAsync(server);
        await RemoveAsync(server);
        await PurgeAsync(server, before);
    }

    private static string Package(string version) => $"{BootedServer.Programs}/homecloud_{version}_amd64.deb";

    /// <summary>Two versions, of the programs under test.</summary>
    private static async Task BuildAsync(string folder)
    {
        var programs = Environment.GetEnvironmentVariable("HOMECLOUD_LAB_PROGRAMS") ?? "";
        var script = Path.Combine(Documents.Root(), Documents.Command("docs/install.md", "install/deb"));
        foreach (var version in new[] { "0.1.0", "0.1.1" })
            (await Command.RunAsync(["env", $"VERSION={version}", script, "amd64", folder, programs], timeout: TimeSpan.FromMinutes(15))).OrFail();
    }

    private async Task InstallAsync(BootedServer server)
    {
        var installed = (await server.RunAsync("dpkg", "--install", Package("0.1.0"))).OrFail();
        installed.Output.Should().Contain("homecloud network create").And.Contain("homecloud setup-link");
        await server.AnswersAsync(Local, "check.home", Local);
        (await server.OutputAsync("systemctl", "is-enabled", Agent)).Should().Be("enabled");
        (await server.RunAsync("systemctl", "is-enabled", Dns)).Output.Trim().Should().Be("disabled", "it is for homes with Redis");
        (await VersionAsync(server)).Should().Be("0.1.0");
        (await server.RunAsync("homecloud", "version")).OrFail();
        foreach (var program in new[] { "homecloud-agent", "homecloud-dns" })
            (await server.RunAsync(program, "--help")).OrFail();
        (await server.OutputAsync("homecloud", "setup-link")).Should().Contain("/setup#");
        foreach (var file in new[] { "/usr/share/man/man1/homecloud.1.gz", "/usr/share/man/man8/homecloud-agent.8.gz", "/usr/share/man/man8/homecloud-dns.8.gz", "/usr/share/bash-completion/completions/homecloud" })
            (await server.RunAsync("test", "-s", file)).Succeeded.Should().BeTrue(file);
        (await server.OutputAsync("cat", "/usr/share/doc/homecloud/keepalived/keepalived.conf")).Should().Contain("script \"/usr/lib/homecloud/homecloud-dns probe ");
        foreach (var unit in new[] { Agent, Dns })
            (await server.RunAsync("systemd-analyze", "verify", "--man=no", unit)).Text.Split('\n').Should().NotContain(line => line.Contains(unit, StringComparison.Ordinal) && !line.Contains("'Restart", StringComparison.Ordinal));
        (await server.RunAsync("homecloud", "uninstall", "--yes")).Text.Should().Contain("apt purge homecloud");
        (await server.RunAsync("homecloud", "name", "add", "printer", Printer)).OrFail();
        await server.AnswersAsync(Local, "printer.home", Printer);
        output.WriteLine($"measured: package, {new FileInfo(server.PathOf(Package("0.1.0"))).Length / 1e6:0.0} MB, installed {await server.OutputAsync("dpkg-query", "--show", "--showformat=${Installed-Size}", "homecloud")} KB");
    }

    /// <summary>Docker's package makes the group docker. The agent then becomes a member without a word from anybody.</summary>
    private static async Task DockerComesLaterAsync(BootedServer server)
    {
        (await server.OutputAsync("id", "-nG", "homecloud")).Should().Be("homecloud");
        (await server.RunAsync("groupadd", "--system", "docker")).OrFail();
        (await server.RunAsync("dpkg-trigger", "--by-package=dpkg", "/usr/bin/dockerd")).OrFail();
        (await server.RunAsync("dpkg", "--configure", "--pending")).OrFail();
        (await server.OutputAsync("id", "-nG", "homecloud")).Split(' ').Should().Contain("docker");
        await server.AnswersAsync(Local, "printer.home", Printer);
    }

    private async Task UpgradeAsync(BootedServer server)
    {
        await server.WriteAsync("/etc/homecloud/agent.json", """{ "negative-ttl": 7 }""");
        var old = await server.ShowAsync(Agent, "MainPID");
        using var household = new CancellationTokenSource();
        var asking = AskAsync(server, household.Token);
        (await server.RunAsync("dpkg", "--install", Package("0.1.1"))).OrFail();
        await server.UntilAsync("the new agent is started", async () => await server.ShowAsync(Agent, "MainPID") is var now && now != old && now != "0");
        await server.AnswersAsync(Local, "printer.home", Printer);
        await household.CancelAsync();
        var answered = await asking;
        output.WriteLine($"measured: package, upgrade: {answered.Count(one => !one)} of {answered.Count} lookups failed");
        answered.Zip(answered.Skip(1)).Count(pair => pair is (true, false)).Should().BeLessThanOrEqualTo(1, "only the restart itself loses any");
        (await VersionAsync(server)).Should().Be("0.1.1");
        (await server.OutputAsync("cat", "/etc/homecloud/agent.json")).Should().Contain("negative-ttl", "settings are the owner's");
    }

    private static Task<string> VersionAsync(BootedServer server) => server.OutputAsync("dpkg-query", "--show", "--showformat=${Version}", "homecloud");

    private static async Task<List<bool>> AskAsync(BootedServer server, CancellationToken until)
    {
        List<bool> answered = [];
        while (!until.IsCancellationRequested)
            answered.Add((await server.OnItsNetworkAsync($"dig +short +time=1 +tries=1 @{Local} printer.home")).Output.Trim() == Printer);
        return answered;
    }

    private static async Task RemoveAsync(BootedServer server)
    {
        (await server.RunAsync("dpkg", "--remove", "homecloud")).OrFail();
        (await server.RunAsync("pgrep", "homecloud")).Succeeded.Should().BeFalse();
        (await server.RunAsync("test", "-e", "/var/lib/homecloud/names.json")).Succeeded.Should().BeTrue("removing keeps data");
        (await server.RunAsync("dpkg", "--install", Package("0.1.1"))).OrFail();
        await server.AnswersAsync(Local, "printer.home", Printer);
    }

    private static async Task PurgeAsync(BootedServer server, HashSet<string> before)
    {
        (await server.RunAsync("dpkg", "--purge", "homecloud")).OrFail();
        (await server.RunAsync("getent", "passwd", "homecloud", "homecloud-dns")).Output.Should().BeEmpty();
        (await server.RunAsync("pgrep", "homecloud")).Succeeded.Should().BeFalse();
        (await server.FilesAsync()).Except(before).Where(path => !BootedServer.IsOfDebian(path) && !path.StartsWith("/var/lib/dpkg/", StringComparison.Ordinal)).Should().BeEmpty();
        (await server.OutputAsync("find", "/", "-xdev", "-nouser")).Should().BeEmpty();
        (await server.OutputAsync("find", "/run", "-name", "*homecloud*", "-not", "-path", "/run/systemd/*")).Should().BeEmpty();
        (await server.OutputAsync("systemctl", "list-units", "--failed", "--no-legend")).Should().BeEmpty();
    }
}
