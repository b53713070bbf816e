using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;
using HomeCloud.Tests.Lab;
using HomeCloud.Tests.Registry;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Install;

/// <summary>
/// The units on a real systemd, installed as docs/install.md says: an address that comes late, mistakes that are mended late,
/// kill -9, reload, a power cut while names are added, and away again.
/// </summary>
[Collection(LabCollections.OnTheirOwn)]
public sealed class SystemdScenario(ITestOutputHelper output) : IDisposable
{
    private const string Dns = "homecloud-dns.service";
    private const string Agent = "homecloud-agent.service";
    private const string AgentAddress = "192.168.77.5";
    private const string DnsAddress = "192.168.77.6";
    private const string Printer = "192.168.77.20";
    private const string Names = "/root/names";
    private const string FailedStarts = "/run/homecloud-dns/failed-starts";
    private const string AgentSettings = $$"""{ "listen": ["{{AgentAddress}}"], "upstream": "192.168.77.1" }""";
    private const string DnsSettings = $$"""{ "listen": ["127.0.0.1", "{{DnsAddress}}"], "hosts-file": "/etc/homecloud/hosts", "upstream": "192.168.77.1" }""";

    /// <summary>systemd ends a service that is not ready by then (TimeoutStartSec=).</summary>
    private static readonly TimeSpan LongerThanAStartMayTake = TimeSpan.FromSeconds(100);

    private readonly TemporaryDirectory _directory = new();
    private readonly HashSet<string> _acknowledged = [];

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 15 * 60_000)]
    [Trait("Category", "Lab")]
    public Task As_built_and_on_the_cable_soon() => LiveAsync(TimeSpan.Zero, async folder =>
    {
        foreach (var program in new[] { Executables.Cli, Executables.Agent, Executables.Dns })
            (await Command.RunAsync(["cp", "-a", "-T", Path.GetDirectoryName(program)!, folder])).OrFail();
        foreach (var (from, to) in new[] { ("install/systemd", "systemd"), ("docs", "docs") })
            (await Command.RunAsync(["cp", "-a", "-T", Path.Combine(Documents.Root(), from), Path.Combine(folder, to)])).OrFail();
    });

    [Fact(Timeout = 45 * 60_000)]
    [Trait("Category", "Long")]
    public Task As_published_and_on_the_cable_after_100_seconds() => LiveAsync(
        LongerThanAStartMayTake, folder => Publishing.RunAsync(System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, folder));

    private async Task LiveAsync(TimeSpan cableComesAfter, Func<string, Task> fetchAsync)
    {
        await using var server = new BootedServer(_directory.Path);
        await server.PrepareAsync(fetchAsync);
        await server.PowerOnAsync();
        var before = await server.FilesAsync();
        await InstallAsync(server);
        await CableComesLateAsync(server, cableComesAfter);
        await NeverGivesUpAsync(server);
        await AreAcceptedAsync(server);
        await ReloadAsync(server);
        await AreKilledAsync(server);
        await SocketBelongsToAGroupAsync(server);
        await PowerCutAsync(server, cableComesAfter);
        await UninstallAsync(server, before);
    }

    private static async Task InstallAsync(BootedServer server)
    {
        (await server.RunAsync("groupadd", "docker")).OrFail();
        (await server.RunAsync($"{BootedServer.Programs}/homecloud", "install", "--yes")).OrFail();
        await server.WriteAsync("/etc/homecloud/agent.json", AgentSettings);
        await server.WriteAsync("/etc/homecloud/dns.json", DnsSettings);
        await server.WriteAsync("/etc/homecloud/hosts", $"{Printer} printer.home\n");
        (await server.RunAsync("systemctl", "enable", "--now", "--no-block", Agent, Dns)).OrFail();
    }

    private async Task CableComesLateAsync(BootedServer server, TimeSpan after)
    {
        await server.AnswersAsync("127.0.0.1", "printer.home", Printer);
        foreach (var (unit, address) in new[] { (Dns, DnsAddress), (Agent, AgentAddress) })
            await server.UntilAsync($"the status of {unit} names the address that is missing", async () => (await server.ShowAsync(unit, "StatusText")).Contains(address, StringComparison.Ordinal));
        await Task.Delay(after);
        foreach (var step in new[] { "link add lan0 type veth peer name lan1", $"addr add {AgentAddress}/24 dev lan0", $"addr add {DnsAddress}/24 dev lan0", "link set lan0 up", "link set lan1 up" })
            (await server.OnItsNetworkAsync("ip " + step)).OrFail();
        await server.AnswersAsync(DnsAddress, "printer.home", Printer);
        await server.AnswersAsync(AgentAddress, "check.home", AgentAddress);
        await IsReadyAsync(server, Dns);
        foreach (var unit in new[] { Dns, Agent })
        {
            await server.UntilAsync($"{unit} misses nothing", async () => !(await server.ShowAsync(unit, "StatusText")).Contains("missing", StringComparison.Ordinal));
            (await server.ShowAsync(unit, "NRestarts")).Should().Be("0", "it waited");
        }

        output.WriteLine($"measured: systemd, address {after.TotalSeconds:0} s late: both units serve it, no restart");
    }

    private async Task NeverGivesUpAsync(BootedServer server)
    {
        foreach (var unit in new[] { Dns, Agent })
            (await server.ShowAsync(unit, "StartLimitIntervalUSec")).Should().Be("0");
        await server.WriteAsync("/etc/homecloud/dns.json", """{ "listen": ["nowhere"] }""");
        await server.RunAsync("systemctl", "restart", "--no-block", Dns);
        await server.UntilAsync("it is started again and again", async () => int.TryParse(await server.ShowAsync(Dns, "NRestarts"), out var restarts) && restarts >= 3);
        var lines = await server.JournalAsync(Dns, "--output=short-monotonic", "--grep=is not an address");
        var pauses = Pauses(lines);
        output.WriteLine($"measured: systemd, pauses between starts that fail: {string.Join(", ", pauses.Select(pause => $"{pause:0.0} s"))}");
        int.Parse(await File.ReadAllTextAsync(server.PathOf(FailedStarts))).Should().BeGreaterThanOrEqualTo(3, "the pause doubles with each");
        lines.Should().NotContain("   at ", "a mistake is one line");

        await server.WriteAsync("/etc/homecloud/dns.json", DnsSettings);
        await server.AnswersAsync(DnsAddress, "printer.home", Printer);
        await server.UntilAsync("a start that works forgets those that did not", () => Task.FromResult(!File.Exists(server.PathOf(FailedStarts))));
    }

    // Without an engine the agent says so after 30 s.
    private static Task IsReadyAsync(BootedServer server, string unit) =>
        server.UntilAsync($"{unit} is ready", async () => await server.ShowAsync(unit, "ActiveState") == "active");

    private static async Task AreKilledAsync(BootedServer server)
    {
        foreach (var unit in new[] { Dns, Agent })
        {
            var before = await server.ShowAsync(unit, "MainPID");
            (await server.RunAsync("systemctl", "kill", "--kill-who=main", "--signal=KILL", unit)).OrFail();
            await server.UntilAsync($"{unit} is started again", async () => await server.ShowAsync(unit, "MainPID") is var now && now != before && now != "0");
        }

        await server.AnswersAsync(DnsAddress, "printer.home", Printer);
        await server.AnswersAsync(AgentAddress, "check.home", AgentAddress);
    }

    private static async Task ReloadAsync(BootedServer server)
    {
        foreach (var (unit, file, settings) in new[] { (Dns, "dns.json", DnsSettings), (Agent, "agent.json", AgentSettings) })
        {
            await IsReadyAsync(server, unit);
            var before = await server.ShowAsync(unit, "MainPID");
            await server.WriteAsync($"/etc/homecloud/{file}", settings.Replace("192.168.77.1\"", "192.168.77.2\"", StringComparison.Ordinal));
            (await server.RunAsync("systemctl", "reload", unit)).OrFail();
            await server.UntilAsync($"{unit} asks the other upstream", async () => (await server.JournalAsync(unit)).Contains("forwarding to 192.168.77.2", StringComparison.Ordinal));

            await server.WriteAsync($"/etc/homecloud/{file}", settings.Replace("192.168.77.1\"", "nowhere\"", StringComparison.Ordinal));
            (await server.RunAsync("systemctl", "reload", unit)).OrFail();
            await server.UntilAsync($"{unit} names the mistake", async () => (await server.JournalAsync(unit)).Contains("nowhere", StringComparison.Ordinal));

            await server.WriteAsync($"/etc/homecloud/{file}", settings);
            (await server.RunAsync("systemctl", "reload", unit)).OrFail();
            (await server.ShowAsync(unit, "MainPID")).Should().Be(before);
        }
    }

    private async Task AreAcceptedAsync(BootedServer server)
    {
        // Up to 2.0 is "OK", less is better; the agent may give its socket to a group.
        foreach (var (unit, most) in new[] { (Dns, 1.6), (Agent, 1.9) })
        {
            var verified = (await server.RunAsync("systemd-analyze", "verify", "--man=no", unit)).OrFail();
            verified.Text.Split('\n').Where(line => !line.Contains("Unknown key name 'Restart", StringComparison.Ordinal) && !line.Contains("Unknown key 'Restart", StringComparison.Ordinal))
                .Should().NotContain(line => line.Contains(unit, StringComparison.Ordinal));
            var words = (await server.OutputAsync("systemd-analyze", "security", "--no-pager", unit)).Split('\n')[^1].Split(' ');
            var exposure = double.Parse(words[Array.IndexOf(words, unit + ":") + 1], System.Globalization.CultureInfo.InvariantCulture);
            output.WriteLine($"measured: systemd, exposure of {unit}: {exposure:0.0}");
            exposure.Should().BeLessThanOrEqualTo(most);
        }
    }

    /// <summary>--control-group under the shipped unit: the unit's user must be in the group, and then its members may use the socket.</summary>
    private static async Task SocketBelongsToAGroupAsync(BootedServer server)
    {
        (await server.RunAsync("sh", "-c", "groupadd family && useradd --no-create-home --groups family anna")).OrFail();
        await server.WriteAsync("/etc/homecloud/agent.json", AgentSettings.Replace("{ ", """{ "control-group": "family", """, StringComparison.Ordinal));
        await server.WriteAsync($"/etc/systemd/system/{Agent}.d/override.conf", "[Service]\nSupplementaryGroups=docker family\n");
        (await server.RunAsync("systemctl", "daemon-reload")).OrFail();
        (await server.RunAsync("systemctl", "restart", "--no-block", Agent)).OrFail();
        await server.UntilAsync("the socket is the group's", async () => (await server.RunAsync("stat", "--format=%G %a", "/run/homecloud/agent.sock")).Output.Trim() == "family 660");
        (await server.RunAsync("setpriv", "--reuid=anna", "--regid=anna", "--init-groups", "test", "-w", "/run/homecloud/agent.sock")).OrFail();
        await server.AnswersAsync(AgentAddress, "check.home", AgentAddress);
    }

    private async Task PowerCutAsync(BootedServer server, TimeSpan cableComesAfter)
    {
        var writers = Enumerable.Range(0, 4).Select(writer => AddNamesAsync(server, writer)).ToArray();
        (await Poll.UntilAsync(() => Acknowledged() >= 200, TimeSpan.FromMinutes(1))).Should().BeTrue();
        await server.PullPlugAsync(Names);
        await Task.WhenAll(writers);

        await server.PowerOnAsync();
        (await server.RunAsync("grep", "-q", "nobody", Names)).Succeeded.Should().BeFalse("a power cut loses what is not on the disk");
        await CableComesLateAsync(server, cableComesAfter);
        await server.WriteAsync(Names, string.Concat(_acknowledged.Select(name => $"{name}.home A\n")));
        var answers = (await server.OnItsNetworkAsync($"dig @{AgentAddress} +noall +answer -f {server.PathOf(Names)}")).OrFail().Output.Split('\n');
        var kept = answers.Where(line => line.EndsWith(Printer, StringComparison.Ordinal)).Select(line => line.Split('.')[0]).ToHashSet();
        output.WriteLine($"measured: systemd, power cut: {_acknowledged.Count} names acknowledged, {_acknowledged.Count - _acknowledged.Except(kept).Count()} kept");
        _acknowledged.Except(kept).Should().BeEmpty("what was acknowledged is on the disk");
    }

    // Until nobody answers any more.
    private async Task AddNamesAsync(BootedServer server, int writer)
    {
        using var agent = AgentClient.OverSocket(server.PathOf("/run/homecloud/agent.sock"));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            for (var i = 0; ; i++)
            {
                var name = $"w{writer}-{i}";
                await agent.SendAsync(HttpMethod.Put, $"names/{name}", limit.Token, new JsonObject { ["name"] = name, ["addresses"] = new JsonArray(Printer) });
                lock (_acknowledged)
                    _acknowledged.Add(name);
            }
        }
        catch (Exception cut) when (cut is UserErrorException or HttpRequestException or IOException or OperationCanceledException)
        {
            // The power is gone.
        }
    }

    private int Acknowledged()
    {
        lock (_acknowledged)
            return _acknowledged.Count;
    }

    private static async Task UninstallAsync(BootedServer server, HashSet<string> before)
    {
        (await server.RunAsync("systemctl", "stop", Dns, Agent)).OrFail();
        foreach (var unit in new[] { Dns, Agent })
            (await server.ShowAsync(unit, "Result")).Should().Be("success");
        (await server.RunAsync("homecloud", "uninstall", "--purge", "--yes")).OrFail();
        (await server.RunAsync("getent", "passwd", "homecloud", "homecloud-dns")).Output.Should().BeEmpty();
        (await server.RunAsync("pgrep", "homecloud")).Succeeded.Should().BeFalse();
        (await server.FilesAsync()).Except(before).Where(path => !BootedServer.IsOfDebian(path) && path != Names).Should().BeEmpty();
        (await server.OutputAsync("find", "/", "-xdev", "-nouser")).Should().BeEmpty("the user is gone");
        (await server.OutputAsync("find", "/run", "-name", "*homecloud*", "-not", "-path", "/run/systemd/*")).Should().BeEmpty();
        (await server.OutputAsync("systemctl", "list-units", "--failed", "--no-legend")).Should().BeEmpty();
    }

    private static IReadOnlyList<double> Pauses(string lines)
    {
        var times = lines.Split('\n').Where(line => line.StartsWith('[')).Select(line => double.Parse(line[1..line.IndexOf(']')], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        return [.. times.Zip(times.Skip(1), (before, after) => after - before)];
    }
}
