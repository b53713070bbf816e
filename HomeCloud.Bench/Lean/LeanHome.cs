using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Starts;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Network.Native;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Lean;

/// <summary>A lab with one build of HomeCloud in it and as many servers as wanted.</summary>
internal sealed class LeanHome : IAsyncDisposable
{
    private const int AtOnce = 4;

    /// <summary>Docker gives the lower ones first.</summary>
    private const string Spare4 = "192.168.1.250";
    private const ushort Port = 80;

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly HomeLab _lab;
    private readonly string _programs;
    private int _servers;
    private int _made;

    private LeanHome(HomeLab lab, string programs)
    {
        _lab = lab;
        _programs = programs;
    }

    /// <summary>Of the agent, as this machine counts.</summary>
    public int Agent => LabProcess.Of(_lab.Server.Machine, _lab.Server.Agent);

    /// <summary>Of the engine.</summary>
    public int Engine => LabProcess.Of(_lab.Server.Machine, _lab.Server.Engine.Daemon);

    public string Socket => $"/proc/{_lab.Server.Machine.Pid}/root/run/homecloud/agent.sock";

    public string? EngineVersion => _lab.Server.Engine.Version;

    public IReadOnlyList<string> List => [Path.Combine(_programs, "homecloud"), "--socket", Socket, "ls"];

    public IReadOnlyList<string> DockerList => [_lab.Server.Engine.Docker, "--host", _lab.Server.Engine.Endpoint, "ps"];

    /// <param name="programs">Folder with the build's programs.</param>
    public static async Task<LeanHome> MakeAsync(string programs, CancellationToken cancellationToken)
    {
        var home = new LeanHome(await HomeLab.StartAsync(new LabOptions { Programs = programs }, SilentProgress.Instance, cancellationToken), programs);
        try
        {
            // The lab's own network holds 128 containers.
            await home.DockerAsync(["network", "rm", Lan.DockerNetwork], cancellationToken);
            await home.DockerAsync(
                [
                    "network", "create", "--driver", "macvlan", "--opt", "parent=lan0", "--subnet", Lan.Prefix4, "--gateway", Lan.Router4, "--ip-range", Lan.Prefix4,
                    "--aux-address", $"server={Lan.FirstServer4}", "--aux-address", $"laptop={Lan.Laptop4}",
                    Lan.DockerNetwork,
                ],
                cancellationToken);
            return home;
        }
        catch
        {
            await home.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts servers until there are so many, and waits until DNS has the last one.</summary>
    public async Task FillAsync(int servers, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(_servers, servers, options, async (index, _) => await _lab.Server.Engine.RunBoxAsync(Name(index)));
        _servers = Math.Max(_servers, servers);
        if (!await Poll.UntilAsync(() => !Ask(Name(_servers - 1)).Addresses.IsEmpty, ReadyLimit, cancellationToken))
            throw new LabException($"DNS does not know {Name(_servers - 1)}.");
    }

    /// <returns>Milliseconds until <c>homecloud create</c> has ended, which waits until the server is ready.</returns>
    public async Task<double> CreateAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"made{_made++}");
        var took = await CommandCost.WallAsync([Path.Combine(_programs, "homecloud"), "--socket", Socket, "create", name, "--image", "box"], cancellationToken);
        await DockerAsync(["rm", "--force", name], cancellationToken);
        return took;
    }

    /// <returns>Milliseconds from <c>docker run</c> of the same image until its port is open.</returns>
    public async Task<double> RunAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"run{_made++}");
        var begun = Stopwatch.GetTimestamp();
        var run = _lab.Server.Engine.RunBoxAsync(name, "--ip", Spare4);
        var open = Task.Run(() => UntilOpen(new IPEndPoint(IPAddress.Parse(Spare4), Port)), cancellationToken);
        var opened = await open;
        await run;
        await DockerAsync(["rm", "--force", name], cancellationToken);
        return Stopwatch.GetElapsedTime(begun, opened).TotalMilliseconds;
    }

    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="afterWeek">With the figures of a week.</param>
    /// <returns>Milliseconds from the start of the agent's program until the laptop gets the right answer.</returns>
    public async Task<double> RestartAsync(CancellationToken cancellationToken, bool afterWeek = false)
    {
        await _lab.Server.Agent.EndAsync();
        if (afterWeek)
            KeptWeek.Write($"/proc/{_lab.Server.Machine.Pid}/root/var/lib/homecloud", [.. Enumerable.Range(0, _servers).Select(Name)]);
        using var watch = new AnswerWatch(_lab, Lan.Server4(0), Name(0) + ".home");
        await _lab.Server.Agent.StartAsync(cancellationToken);
        var (answer, at) = watch.Wait();
        if (answer.Addresses.IsEmpty)
            throw new LabException($"The agent did not answer after its start. The end of its log:\n{_lab.Server.Agent.LogTail()}");

        // The shell that becomes the agent writes this file just before.
        var begun = File.GetLastWriteTimeUtc(Path.Combine(_lab.Server.Machine.State, _lab.Server.Agent.Name + ".pid"));
        return (DateTime.UtcNow - begun - Stopwatch.GetElapsedTime(at)).TotalMilliseconds;
    }

    /// <exception cref="LabException">The agent does not show the figures of a week.</exception>
    public void ExpectWeek()
    {
        foreach (var server in (int[])[0, _servers - 1])
        {
            if (!KeptWeek.IsShown(Socket, Name(server)))
                throw new LabException($"The agent does not show a week of {Name(server)}. The end of its log:\n{_lab.Server.Agent.LogTail()}");
        }
    }

    public async ValueTask DisposeAsync() => await _lab.DisposeAsync();

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"box{index}");

    private StubAnswer Ask(string name)
    {
        using var stub = StubResolver.OnLaptop(_lab, Lan.Server4(0));
        return stub.Ask(name + ".home", timeoutMilliseconds: 300);
    }

    private Task<string> DockerAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => _lab.Server.Engine.DockerAsync(arguments, cancellationToken);

    private long UntilOpen(IPEndPoint place)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < ReadyLimit; Thread.Sleep(1))
        {
            using var socket = NetworkNamespace.Create(_lab.Laptop.Pid, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            try
            {
                // Not there yet: the kernel says so after ARP has failed, or not at all.
                if (socket.ConnectAsync(place).Wait(TimeSpan.FromMilliseconds(50)))
                    return Stopwatch.GetTimestamp();
            }
            catch (AggregateException)
            {
                // Refused or no route: again.
            }
        }

        throw new LabException($"{place} did not open.");
    }
}
