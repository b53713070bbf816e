using System.Diagnostics;
using System.Globalization;
using HomeCloud.Tests.Dns.Clocks;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A real redis-server on a free port of loopback, with its data in a directory of its own. It can be killed and started again.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(string[] arguments)
    {
        _arguments = arguments;
        // A cluster's nodes talk to each other on a port 10,000 above, which must not be one that the kernel hands out either.
        do
            Port = FreePort.Find();
        while (Port >= 22_000);
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public string DataDirectory => _directory.Path;

    /// <summary>Before the first redis-cli argument; how to reach this server when it wants TLS or a password.</summary>
    public string[] CliArguments { get; init; } = [];

    /// <summary>By which its clock is moved; null for the machine's.</summary>
    public SteeredClocks? Clock { get; init; }

    /// <param name="arguments">As on redis-server's command line.</param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        await server.StartAsync();
        return server;
    }

    public static RedisServer Prepare(string[] cliArguments, params string[] arguments) => new(arguments) { CliArguments = cliArguments };

    /// <param name="lines">Of sentinel.conf.</param>
    public static async Task<RedisServer> StartSentinelAsync(params string[] lines)
    {
        var server = new RedisServer(["--sentinel"]);
        await File.WriteAllLinesAsync(server._directory.File("sentinel.conf"), [$"port {server.Port}", "bind 127.0.0.1", $"dir {server.DataDirectory}", "logfile redis.log", .. lines]);
        await server.StartAsync();
        return server;
    }

    /// <summary>On a host whose clock steps when a test says so.</summary>
    public static RedisServer WithClock(SteeredClocks clock, params string[] arguments) => new(arguments) { Clock = clock };

    public Task StartAsync() => StartWithAsync();

    /// <param name="more">Arguments of this start only.</param>
    public async Task StartWithAsync(params string[] more)
    {
        string[] port = _arguments.Contains("--tls-port") ? [] : ["--port", Port.ToString(CultureInfo.InvariantCulture)];
        var arguments = _arguments.Select(argument => argument == "PORT" ? Port.ToString(CultureInfo.InvariantCulture) : argument);
        var program = await RedisPrograms.PathAsync("redis-server");
        var start = _arguments.Contains("--sentinel")
            ? new ProcessStartInfo(program, [_directory.File("sentinel.conf"), "--sentinel"])
            : new ProcessStartInfo(program, ["--bind", "127.0.0.1", .. port, "--dir", DataDirectory, "--save", "", "--logfile", "redis.log", .. arguments, .. more]);
        foreach (var (name, value) in Clock?.Environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        await Deadline.UntilAsync(() => Cli("PING").Contains("PONG", StringComparison.Ordinal) || _process.HasExited, "redis-server answers");
        _process.HasExited.Should().BeFalse("redis-server runs: {0}", await File.ReadAllTextAsync(_directory.File("redis.log")));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(Deadline.Token);
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGSTOP and SIGCONT: a server that hangs with its connections open.</summary>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>What redis-cli prints.</summary>
    public string Cli(params string[] arguments) => Run(RedisPrograms.PathAsync("redis-cli").GetAwaiter().GetResult(), ["-p", Port.ToString(CultureInfo.InvariantCulture), .. CliArguments, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        _directory.Dispose();
    }

    internal static string Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.GetAwaiter().GetResult();
    }
}
