using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Dns.Clocks;
using HomeCloud.Tests.Registry;
using HomeCloud.Tests.Registry.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Lab.Year;

/// <summary>
/// The server of a lab with its engine. On it run the DNS server, whose disk is a small one of its own, an agent, a Redis that
/// holds a name, all with steered clocks, and a provider's resolver.
/// </summary>
internal sealed class YearHome : IAsyncDisposable
{
    public const string FromHostsFile = "nas.home";
    public const string FromRedis = "airplay.home";
    public const string FromEngine = "box.home";
    public const string Interface = "lan0";

    /// <summary>Stays; the second comes and goes.</summary>
    public static readonly IPAddress Address = IPAddress.Parse("192.168.1.53");

    public static readonly IPAddress SecondAddress = IPAddress.Parse("192.168.1.54");

    private const int Looks = 10;
    private const int QueryLogBytes = 64 << 10;
    private const int QueryLogsKept = 2;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly IPAddress UpstreamAddress = IPAddress.Parse("127.0.0.2");

    private readonly HomeLab _lab;
    private readonly string _folder;
    private readonly string _program;
    private readonly X509Certificate2 _upstreamCertificate = YearCertificate.Make("upstream.test");
    private Process? _redis;
    private Process? _agent;
    private Process? _server;

    private YearHome(HomeLab lab, string folder, string program) => (_lab, _folder, _program) = (lab, folder, program);

    public SteeredClocks Clocks { get; private set; } = null!;

    public YearUpstream Upstream { get; private set; } = null!;

    public X509Certificate2 Certificate { get; private set; } = null!;

    /// <summary>A process inside, to make sockets by.</summary>
    public int Inside => _lab.Server.Machine.Pid;

    public DockerEngine Engine => _lab.Server.Engine;

    /// <summary>Of the container that nobody touches.</summary>
    public IPAddress ContainerAddress { get; private set; } = IPAddress.None;

    /// <summary>Octets that the server has written to its own log.</summary>
    public long LogLength => new FileInfo(LogFile).Length;

    private string LogFile => Path.Combine(_folder, "log");

    private string AgentLog => Path.Combine(_folder, "agent.log");

    /// <summary>The server's disk, seen from outside its mount namespace.</summary>
    private string Disk => $"/proc/{_server!.Id}/root{Path.Combine(_folder, "disk")}";

    public static async Task<YearHome> StartAsync(string folder, string program)
    {
        var lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Bare }, SilentProgress.Instance, CancellationToken.None);
        var home = new YearHome(lab, folder, program);
        try
        {
            await home.StartAsync();
        }
        catch
        {
            await home.DisposeAsync();
            throw;
        }

        return home;
    }

    /// <summary>The least of several looks: what a question, or a thread that is about to end, takes for a moment is no growth.</summary>
    public async Task<YearUse> UseAsync()
    {
        Clocks.Live(TimeSpan.FromMinutes(5));
        var looks = new List<YearUse>();
        while (looks.Count < Looks)
        {
            await Task.Delay(BetweenLooks);
            looks.Add(YearUse.Of(_server!.Id));
        }

        return YearUse.Least(looks);
    }

    /// <summary>Octets of the query log, older files included; zero in the moment in which it rotates.</summary>
    public long QueryLogLength
    {
        get
        {
            try
            {
                return new DirectoryInfo(Path.Combine(Disk, "log")).GetFiles().Sum(file => file.Length);
            }
            catch (FileNotFoundException)
            {
                return 0;
            }
        }
    }

    /// <summary>What the query log may take: the file that is written, and those that are kept.</summary>
    public static long MostQueryLog => QueryLogBytes * (QueryLogsKept + 1);

    public bool HasEnded => _server!.HasExited;

    public string LogTail() =>
        string.Join('\n', (IEnumerable<string>)["homecloud-dns:", .. File.ReadLines(LogFile).TakeLast(40), "homecloud-agent:", .. File.ReadLines(AgentLog).TakeLast(40), "engine:", Engine.Daemon.LogTail()]);

    public async Task IpAsync(params string[] arguments) => (await _lab.Server.Machine.RunAsync(["ip", .. arguments])).OrFail();

    public async Task HangUpAsync() => (await Command.RunAsync(["kill", "-HUP", $"{_server!.Id}"])).OrFail();

    public void RenewCertificate()
    {
        Certificate.Dispose();
        Certificate = YearCertificate.Make("check.home");
        YearCertificate.Write(Certificate, Path.Combine(_folder, "tls.pem"), Path.Combine(_folder, "tls.key"));
    }

    public void FillDisk()
    {
        try
        {
            using var filler = new FileStream(Path.Combine(Disk, "filler"), FileMode.Create);
            while (true)
                filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void FreeDisk() => File.Delete(Path.Combine(Disk, "filler"));

    public Task KillRedisAsync() => KillAsync(_redis!);

    public void StartRedis() => _redis = Inner(
        "redis-server", "--bind", "127.0.0.1", "--port", "6379", "--save", "", "--dir", Path.Combine(_folder, "redis"), "--logfile", "redis.log");

    public Task KillAgentAsync() => KillAsync(_agent!);

    public void StartAgent() => _agent = Inner(
        "sh", "-c", """log=$1 && shift && exec "$@" >>"$log" 2>&1""", "sh", AgentLog,
        Path.Combine(AppContext.BaseDirectory, "homecloud-agent"),
        "--docker-host", Engine.Endpoint, "--redis", "127.0.0.1:6379", "--data-dir", Path.Combine(_folder, "agent"), "--web", "off", "--control-socket", "off");

    /// <summary>As a crash, or the kernel when memory is short.</summary>
    public Task KillEngineAsync() => Engine.Daemon.EndAsync("KILL");

    public async Task StartEngineAsync()
    {
        await Engine.StartAsync();
        await Engine.ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _server, _agent, _redis }.OfType<Process>())
        {
            await KillAsync(process);
            process.Dispose();
        }

        Upstream?.Dispose();
        Clocks?.Dispose();
        await _lab.DisposeAsync();
    }

    private static async Task KillAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    private async Task StartAsync()
    {
        await IpAsync("addr", "add", $"{Address}/24", "dev", Interface);
        await IpAsync("addr", "add", $"{SecondAddress}/24", "dev", Interface);
        await Engine.DockerAsync(
        [
            "network", "create", "--driver", "macvlan", "--opt", "parent=" + Interface,
            "--subnet", Lan.Prefix4, "--gateway", Lan.Router4, "--ip-range", Lan.Containers4(0, 1), Lan.DockerNetwork,
        ]);
        await Engine.RunBoxAsync(FromEngine.Split('.')[0], "--restart", "always");
        ContainerAddress = (await Engine.AddressesAsync(FromEngine.Split('.')[0])).Single();

        Clocks = await SteeredClocks.CreateAsync(_folder);
        Upstream = new YearUpstream(Inside, UpstreamAddress, _upstreamCertificate);
        Certificate = YearCertificate.Make("check.home");
        YearCertificate.Write(Certificate, Path.Combine(_folder, "tls.pem"), Path.Combine(_folder, "tls.key"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "authority.pem"), _upstreamCertificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "hosts"), $"{YearRun.HostsAddress} {FromHostsFile}\n");
        await RememberInRedisAsync();
        StartRedis();
        StartAgent();
        Directory.CreateDirectory(Path.Combine(_folder, "disk"));
        _server = Inner(
            "sh",
            "-c",
            """mount -t tmpfs -o size=4m year "$1" && mkdir "$1/log" "$1/data" && shift && log=$1 && shift && exec env --default-signal=HUP "$@" >"$log" 2>&1""",
            "sh",
            Path.Combine(_folder, "disk"),
            LogFile,
            _program,
            "--listen-tls", $"{Address}:853", "--tls-certificate", Path.Combine(_folder, "tls.pem"), "--tls-key", Path.Combine(_folder, "tls.key"),
            "--upstream", $"tcp://{UpstreamAddress}:5353", "--dnssec", "off",
            "--forward", $"udp.example={UpstreamAddress}:5353",
            "--forward", $"dot.example=tls://{UpstreamAddress}:8853#upstream.test",
            "--upstream-ca", Path.Combine(_folder, "authority.pem"),
            "--hosts-file", Path.Combine(_folder, "hosts"), "--redis", "127.0.0.1:6379", "--cache-size", "1M",
            "--query-log", Path.Combine(_folder, "disk", "log", "queries"), "--query-log-max-bytes", $"{QueryLogBytes}", "--query-log-keep", $"{QueryLogsKept}",
            "--data-dir", Path.Combine(_folder, "disk", "data"));
    }

    // The dead owner of an agent's name would be dropped one day; what a person wrote stays.
    private async Task RememberInRedisAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var registry = new RedisRegistry(
            new RegistryOptions { DataDirectory = _folder, FileName = "seed", Redis = redis.Address }, NullLogger<RedisRegistry>.Instance))
        {
            await Deadline.UntilAsync(() => registry.Health.Connected, "connected");
            await registry.ReplaceAsync(WellKnownOwners.Static, [Records.Record(WellKnownOwners.Static, "airplay", YearRun.RedisAddress.ToString())]);
        }

        redis.Cli("SAVE").Should().Contain("OK");
        Directory.CreateDirectory(Path.Combine(_folder, "redis"));
        File.Copy(Path.Combine(redis.DataDirectory, "dump.rdb"), Path.Combine(_folder, "redis", "dump.rdb"));
    }

    // On the server's network, with the /sys that belongs to it, but among this machine's files and processes.
    private Process Inner(params string[] command)
    {
        var start = new ProcessStartInfo(
            "nsenter",
            ["--target", $"{Inside}", "--net", "--", "unshare", "--mount", "--", "sh", "-c", """mount -t sysfs sysfs /sys && exec "$@" """, "sh", .. command]);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("HOMECLOUD_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Clocks.Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
