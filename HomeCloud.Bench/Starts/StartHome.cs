using System.Diagnostics;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Starts;

/// <summary>A lab with one build of HomeCloud in it, whose containers are started one after the other.</summary>
internal sealed class StartHome : IAsyncDisposable
{
    private readonly HomeLab _lab;
    private readonly EngineSocket _engine;
    private readonly EventWatch _events;
    private readonly List<string> _running = [];

    private StartHome(HomeLab lab)
    {
        _lab = lab;
        var path = new Uri(lab.Server.Engine.Endpoint).AbsolutePath;
        _engine = new EngineSocket(path);
        _events = new EventWatch(path);
    }

    public List<StartSample> Samples { get; } = [];

    /// <param name="shape">Of the lab.</param>
    /// <param name="programs">Where the programs of another build are; null for this one.</param>
    public static async Task<StartHome> MakeAsync(LabShape shape, string? programs) =>
        new(await HomeLab.StartAsync(new LabOptions { Shape = shape, Programs = programs }, SilentProgress.Instance, CancellationToken.None));

    /// <exception cref="InvalidOperationException">DNS said something wrong.</exception>
    public async Task<StartSample> StartAsync(string container)
    {
        _running.Add(container);
        await _lab.Server.Engine.CreateBoxAsync(container);
        using var watch = new AnswerWatch(_lab, Lan.Server4(0), container + ".home");
        watch.WaitUntilKnown();
        var returned = await _engine.StartAsync(container);
        var (answer, answered) = watch.Wait();
        var (arrived, took) = await _events.TakeAsync(container);
        var inspect = await _engine.InspectAsync(container);
        var addresses = await _lab.Server.Engine.AddressesAsync(container);
        if (!answer.Is(addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)))
            throw new InvalidOperationException($"{container} has {string.Join(", ", addresses.AsEnumerable())}, and DNS said {answer}.");
        return new StartSample(Between(returned, answered), took.TotalMilliseconds, inspect.TotalMilliseconds, Between(arrived, answered));
    }

    public async Task ClearAsync()
    {
        await _lab.Server.Engine.DockerAsync(["rm", "--force", .. _running]);
        _running.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _events.Dispose();
        _engine.Dispose();
        await _lab.DisposeAsync();
    }

    private static double Between(long from, long to) => to <= from ? 0 : Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
