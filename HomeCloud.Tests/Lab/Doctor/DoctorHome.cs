using System.Text.Json;
using HomeCloud.Lab;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab.Doctor;

/// <summary>
/// A lab in which every part can be set wrong and right again: the router is a dnsmasq that plays OpenWrt (DHCP, DNS, router
/// advertisements), HomeCloud's DNS server runs on the server's address.
/// </summary>
public sealed class DoctorHome : IAsyncLifetime
{
    private const string RouterAddress = Lan.Router4;
    private HomeLab? _lab;
    private Daemon? _dns;
    private Daemon? _router;

    public HomeLab Lab => _lab ?? throw new InvalidOperationException("The lab is not up.");

    public Machine Server => Lab.Server.Machine;

    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        _lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Bare }, SilentProgress.Instance, limit.Token);
        await Lab.RouterForwarder!.EndAsync("KILL");
        await StartDnsAsync();
        await RouterAsync();
    }

    public async Task DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    /// <summary>HomeCloud's DNS server, anew, with more options.</summary>
    public Task StartDnsAsync(params string[] options) => StartDnsAsync([Lan.Upstream4 + ":53"], options);

    /// <summary>The same with other upstream servers.</summary>
    public async Task StartDnsAsync(IReadOnlyList<string> upstreams, params string[] options)
    {
        await StopDnsAsync();
        _dns = new Daemon(Server, "homecloud-dns",
        [
            Executables.Dns, "--listen", Lan.Server4(0) + ":53", "--listen", $"[{Lan.Server6(0)}]:53",
            .. upstreams.SelectMany(upstream => (string[])["--upstream", upstream]), "--data-dir", Path.Combine(Server.State, "dns"), .. options.Contains("--dnssec") ? (string[])[] : ["--dnssec", "off"], .. options,
        ]);
        await _dns.StartAsync();
        await _dns.ReadyAsync(
            async () => (await Server.RunAsync(["dig", "+time=1", "+tries=1", "@" + Lan.Server4(0), "home.", "SOA"])).Output.Contains("status: NOERROR", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30));
    }

    public async Task StopDnsAsync()
    {
        if (_dns is not null)
            await _dns.EndAsync();
    }

    /// <summary>The router, anew: OpenWrt's defaults and what is given; DNS for .home is asked of HomeCloud.</summary>
    public async Task RouterAsync(params string[] lines)
    {
        if (_router is not null)
            await _router.EndAsync("KILL");
        var path = Path.Combine(Lab.Router.State, "openwrt.conf");
        string[] always =
        [
            "keep-in-foreground", "user=root", "group=root", "no-resolv", "no-hosts", "log-facility=-", "pid-file=", "bind-interfaces", "interface=eth0", "except-interface=lo", "cache-size=0",
            "stop-dns-rebind", "server=" + Lan.Upstream4, $"dhcp-leasefile={Path.Combine(Lab.Router.State, "leases")}", "no-ping",
            // Only the internet's own answers are checked for private addresses, unless a line says otherwise.
            .. lines,
        ];
        await File.WriteAllLinesAsync(path, always);
        _router = new Daemon(Lab.Router, "openwrt", ["dnsmasq", "--conf-file=" + path]);
        await _router.StartAsync();
        await _router.ReadyAsync(
            async () => (await Server.RunAsync(["dig", "+time=1", "+tries=1", "@" + RouterAddress, "www.example.com"])).Output.Contains("status:", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30));
    }

    /// <summary>Runs one check of the doctor on the server.</summary>
    /// <returns>Its severity, and everything it said.</returns>
    public async Task<(string Severity, string Said)> DoctorAsync(string check, params string[] options)
    {
        var result = await Server.RunAsync([Executables.Agent, "doctor", "--json", "--only", check, "--dns", Lan.Server4(0), .. options], timeout: TimeSpan.FromMinutes(2));
        using var report = JsonDocument.Parse(result.Output);
        var found = report.RootElement.GetProperty("checks")[0];
        var severity = found.GetProperty("severity").GetString()!;
        result.ExitCode.Should().Be(severity == "problem" ? 1 : 0, "the exit code tells scripts");
        var said = found.GetProperty("findings").EnumerateArray()
            .Select(finding => finding.GetProperty("message").GetString() + "\n" + (finding.TryGetProperty("fix", out var fix) ? fix.GetString() : ""));
        return (severity, string.Join('\n', said));
    }

    public async Task MustBeOkAsync(string check, params string[] options)
    {
        var (severity, said) = await DoctorAsync(check, options);
        severity.Should().Be("ok", said);
    }

    /// <summary>Provokes a trap, expects it to be found, applies the fix, and expects the check to be green.</summary>
    public async Task TrapAsync(string check, string severity, string[] saying, Func<Task> provoke, Func<Task> fix, params string[] options)
    {
        await provoke();
        var (found, said) = await DoctorAsync(check, options);
        found.Should().Be(severity, said);
        foreach (var words in saying)
            said.Should().Contain(words);
        await fix();
        await MustBeOkAsync(check, options);
    }

    /// <summary>The LAN network as <c>network create</c> makes it.</summary>
    public async Task NetworkAsync(string parent = "lan0", string range = "192.168.1.64/27") =>
        await Lab.Server.Engine.DockerAsync(["network", "create", "-d", "macvlan", "-o", "parent=" + parent, "--subnet", Lan.Prefix4, "--gateway", Lan.Router4, "--ip-range", range, "lan"]);

    public async Task NoNetworkAsync()
    {
        var containers = (await Lab.Server.Engine.DockerAsync(["ps", "--all", "--quiet"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (containers.Length > 0)
            await Lab.Server.Engine.DockerAsync(["rm", "--force", .. containers]);
        if ((await Lab.Server.Engine.DockerAsync(["network", "ls", "--filter", "name=^lan$", "--quiet"])).Length > 0)
            await Lab.Server.Engine.DockerAsync(["network", "rm", "lan"]);
    }

    public async Task OnAsync(Machine machine, string script)
    {
        Lab.Machines.Should().Contain(machine);
        (await machine.ShellAsync(script)).OrFail();
    }
}
