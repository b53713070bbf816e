using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Lab.Processes;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Dns.Clocks;
using HomeCloud.Tests.Registry;
using HomeCloud.Tests.Registry.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Lab.Year;

/// <summary>
/// A network namespace with the server, whose clocks are steered and whose disk is a small one of its own, a Redis that
/// holds a name, and a provider's resolver.
/// </summary>
internal sealed class YearHome : IAsyncDisposable
{
    public const string FromHostsFile = "nas.home";
    public const string FromRedis = "airplay.home";
    public const string Interface = "lan0";

    /// <summary>Stays; the second comes and goes.</summary>
    public static readonly IPAddress Address = IPAddress.Parse("192.168.77.53");

    public static readonly IPAddress SecondAddress = IPAddress.Parse("192.168.77.54");

    private const int Looks = 10;
    private const int QueryLogBytes = 64 << 10;
    private const int QueryLogsKept = 2;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly IPAddress UpstreamAddress = IPAddress.Parse("127.0.0.2");
    private static int _made;

    // ./test removes namespaces of this form whose process is gone.
    private readonly string _name = $"hcdns{Environment.ProcessId}x9{Interlocked.Increment(ref _made)}";
    private readonly string _folder;
    private readonly string _program;
    private readonly X509Certificate2 _upstreamCertificate = YearCertificate.Make("upstream.test");
    private Process? _keeper;
    private Process? _redis;
    private Process? _server;

    private YearHome(string folder, string program) => (_folder, _program) = (folder, program);

    public SteeredClocks Clocks { get; private set; } = null!;

    public YearUpstream Upstream { get; private set; } = null!;

    public X509Certificate2 Certificate { get; private set; } = null!;

    /// <summary>A process inside, to make sockets by.</summary>
    public int Inside => _keeper!.Id;

    /// <summary>Octets that the server has written to its own log.</summary>
    public long LogLength => new FileInfo(LogFile).Length;

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>The server's disk, seen from outside its mount namespace.</summary>
    private string Disk => $"/proc/{_server!.Id}/root{Path.Combine(_folder, "disk")}";

    public static async Task<YearHome> StartAsync(string folder, string program)
    {
        var home = new YearHome(folder, program);
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
            looks.Add(YearUse.Of(_server!.Id, Path.Combine(Disk, "log")));
        }

        return YearUse.Least(looks);
    }

    /// <summary>What the query log may take: the file that is written, and those that are kept.</summary>
    public static long MostQueryLog => QueryLogBytes * (QueryLogsKept + 1);

    public bool HasEnded => _server!.HasExited;

    public string LogTail() => string.Join('\n', File.ReadLines(LogFile).TakeLast(40));

    public async Task IpAsync(params string[] arguments) => (await Command.RunAsync(["ip", "-n", _name, .. arguments])).OrFail();

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

    public async Task StopRedisAsync()
    {
        _redis!.Kill();
        await _redis.WaitForExitAsync();
        _redis.Dispose();
        _redis = null;
    }

    public void StartRedis() => _redis = Inner(
        null, "redis-server", "--bind", "127.0.0.1", "--port", "6379", "--save", "", "--dir", Path.Combine(_folder, "redis"), "--logfile", "redis.log");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _server, _redis, _keeper })
        {
            if (process is null)
                continue;
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Upstream?.Dispose();
        Clocks?.Dispose();
        await Command.RunAsync(["ip", "netns", "del", _name]);
    }

    private async Task StartAsync()
    {
        (await Command.RunAsync(["ip", "netns", "add", _name])).OrFail();
        await IpAsync("link", "set", "lo", "up");
        await IpAsync("link", "add", Interface, "type", "veth", "peer", "name", "lan1");
        await IpAsync("addr", "add", $"{Address}/24", "dev", Interface);
        await IpAsync("addr", "add", $"{SecondAddress}/24", "dev", Interface);
        await IpAsync("link", "set", Interface, "up");
        await IpAsync("link", "set", "lan1", "up");
        _keeper = Inner(null, "sleep", "infinity");
        (await Poll.UntilAsync(() => Network(_keeper.Id) != Network(Environment.ProcessId), Patience)).Should().BeTrue();

        Clocks = await SteeredClocks.CreateAsync(_folder);
        Upstream = new YearUpstream(_keeper.Id, UpstreamAddress, _upstreamCertificate);
        Certificate = YearCertificate.Make("check.home");
        YearCertificate.Write(Certificate, Path.Combine(_folder, "tls.pem"), Path.Combine(_folder, "tls.key"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "authority.pem"), _upstreamCertificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "hosts"), $"{YearRun.HostsAddress} {FromHostsFile}\n");
        await RememberInRedisAsync();
        StartRedis();
        Directory.CreateDirectory(Path.Combine(_folder, "disk"));
        _server = Inner(
            Clocks.Environment,
            "sh",
            "-c",
            """mount -t tmpfs -o size=4m year "$1" && mkdir "$1/log" "$1/data" && shift && log=$1 && shift && exec env --default-signal=HUP "$@" >"$log" 2>&1""",
            "sh",
            Path.Combine(_folder, "disk"),
            LogFile,
            _program,
            "--listen-tls", $"{Address}:853", "--tls-certificate", Path.Combine(_folder, "tls.pem"), "--tls-key", Path.Combine(_folder, "tls.key"),
            "--upstream", $"tcp://{UpstreamAddress}:5353",
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

    private Process Inner(IReadOnlyDictionary<string, string>? environment, params string[] command)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", _name, .. command]);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("HOMECLOUD_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string? Network(int pid) => File.ResolveLinkTarget($"/proc/{pid}/ns/net", returnFinalTarget: false)?.Name;
}
