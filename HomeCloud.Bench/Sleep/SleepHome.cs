using System.Diagnostics;
using System.Globalization;
using System.Net;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Starts;
using HomeCloud.Lab;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Sleep;

/// <summary>A lab with servers that sleep.</summary>
internal sealed class SleepHome : IAsyncDisposable
{
    private const string Name = "dozy";
    private const string Address = "192.168.1.250";
    private const ushort Ssh = 22;

    /// <summary>By hand alone, as nothing waits so long.</summary>
    private const string Sleeps = "homecloud.sleep=30d";

    /// <summary>Started together, then put to sleep: so many run at once at most.</summary>
    private const int Batch = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly HomeLab _lab;
    private readonly string _cli;
    private readonly EngineSocket _engine;
    private string _mac = "";

    private SleepHome(HomeLab lab, string programs)
    {
        _lab = lab;
        _cli = Path.Combine(programs, "homecloud");
        _engine = new EngineSocket(new Uri(lab.Server.Engine.Endpoint).AbsolutePath);
        Caller = new SleepCaller(lab);
    }

    public SleepCaller Caller { get; }

    /// <summary>Of the agent, as this machine counts.</summary>
    public int Agent => LabProcess.Of(_lab.Server.Machine, _lab.Server.Agent);

    public string Engine => _lab.Server.Engine.ToString();

    public static async Task<SleepHome> MakeAsync(string programs, CancellationToken cancellationToken) =>
        new(await HomeLab.StartAsync(new LabOptions { Programs = programs }, SilentProgress.Instance, cancellationToken), programs);

    /// <summary>One ssh box, whose MAC stays, so that every way of starting it is seen alike.</summary>
    public async Task BoxAsync()
    {
        // Older engines derive it from the address, later ones draw it.
        var engine = _lab.Server.Engine;
        string[] mac = int.Parse(engine.Version!.Split('.')[0], CultureInfo.InvariantCulture) < 25 ? [] : ["--mac-address", "02:00:00:00:19:01"];
        await engine.RunBoxAsync(Name, ["--ip", Address, .. mac, "--label", Sleeps]);
        _mac = await engine.DockerAsync(["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.MacAddress}}{{end}}", Name]);
        Caller.ByPacket(IPAddress.Parse(Address), Ssh);
        await KnownAsync(Name);
    }

    /// <summary>Servers that sleep.</summary>
    public async Task FillAsync(int servers, Action<string> say, CancellationToken cancellationToken)
    {
        for (var made = 0; made < servers; made += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var names = Enumerable.Range(made, Math.Min(Batch, servers - made)).Select(index => string.Create(CultureInfo.InvariantCulture, $"box{index}")).ToList();
            await Task.WhenAll(names.Select(name => _lab.Server.Engine.RunBoxAsync(name, "--label", Sleeps)));
            foreach (var name in names)
            {
                await KnownAsync(name);
                await HomeCloudAsync("sleep", name);
            }

            say($"{made + names.Count} of {servers} sleep");
        }
    }

    /// <summary>Started anew: what it did before costs nothing any more.</summary>
    public async Task RestartAgentAsync(CancellationToken cancellationToken)
    {
        await _lab.Server.Agent.EndAsync();
        await _lab.Server.Agent.StartAsync(cancellationToken);
    }

    /// <returns>Milliseconds from <c>docker start</c> to the first byte, for a laptop that knows the MAC and tries again and again.</returns>
    public async Task<double> DockerStartAsync()
    {
        await _lab.Server.Engine.DockerAsync(["stop", "--time", "5", Name]);
        (await _lab.Laptop.RunAsync(["ip", "neigh", "replace", Address, "lladdr", _mac, "dev", "eth0", "nud", "permanent"])).OrFail();
        var begun = Stopwatch.GetTimestamp();
        await _engine.StartAsync(Name);
        Caller.ByPacket(IPAddress.Parse(Address), Ssh);
        var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        await ForgetAsync();
        return took;
    }

    public async Task<double> ByNameAsync()
    {
        await AsleepAsync();
        return Caller.ByName(Name + ".home", Ssh);
    }

    public async Task<double> ByPacketAsync()
    {
        await AsleepAsync();
        return Caller.ByPacket(IPAddress.Parse(Address), Ssh);
    }

    public async ValueTask DisposeAsync()
    {
        _engine.Dispose();
        await _lab.DisposeAsync();
    }

    private async Task AsleepAsync()
    {
        // The agent may not have seen yet that docker started it.
        await KnownAsync(Name);
        await HomeCloudAsync("sleep", Name);
        await ForgetAsync();
    }

    /// <summary>The laptop no longer knows the MAC. There may be nothing to forget.</summary>
    private async Task ForgetAsync() => await _lab.Laptop.RunAsync(["ip", "neigh", "del", Address, "dev", "eth0"]);

    private async Task KnownAsync(string name)
    {
        if (!await Poll.UntilAsync(async () => (await HomeCloudAsync("show", name)).Contains("running", StringComparison.Ordinal), Limit))
            throw new LabException($"HomeCloud does not see {name} run.");
    }

    private async Task<string> HomeCloudAsync(params IReadOnlyList<string> command) => (await _lab.Server.Machine.RunAsync([_cli, .. command])).OrFail().Output;
}
