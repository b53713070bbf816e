using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Network;

namespace HomeCloud.Bench.Starts;

/// <summary>Starts containers one after the other in a lab of one shape. Each name is new, so that nothing could be known of it before.</summary>
internal static class StartMeasurement
{
    /// <summary>Containers that run at once; then they are removed together.</summary>
    private const int Batch = 25;

    /// <summary>Starts that are not counted: programs and engine are compiled and warm afterwards.</summary>
    private const int WarmUp = 10;

    /// <param name="shape">Of the lab.</param>
    /// <param name="starts">How many are counted.</param>
    /// <param name="progress">Hears of each batch: a run takes minutes.</param>
    /// <exception cref="InvalidOperationException">DNS said something wrong.</exception>
    public static async Task<List<StartSample>> RunAsync(LabShape shape, int starts, Action<string> progress)
    {
        var samples = new List<StartSample>(starts);
        progress($"{shape}: making the lab");
        await using var lab = await HomeLab.StartAsync(new LabOptions { Shape = shape }, SilentProgress.Instance, CancellationToken.None).ConfigureAwait(false);
        var path = new Uri(lab.Server.Engine.Endpoint).AbsolutePath;
        using var engine = new EngineSocket(path);
        using var events = new EventWatch(path);
        var running = new List<string>(Batch);
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < WarmUp + starts; i++)
        {
            var container = string.Create(CultureInfo.InvariantCulture, $"start{i}");
            running.Add(container);
            await lab.Server.Engine.CreateBoxAsync(container).ConfigureAwait(false);
            var sample = await StartAsync(lab, engine, events, container).ConfigureAwait(false);
            if (i >= WarmUp)
                samples.Add(sample);
            if (running.Count < Batch && i < WarmUp + starts - 1)
                continue;
            await lab.Server.Engine.DockerAsync(["rm", "--force", .. running]).ConfigureAwait(false);
            running.Clear();
            progress(string.Create(CultureInfo.InvariantCulture, $"{shape}: {samples.Count} of {starts} starts, {Stopwatch.GetElapsedTime(begun).TotalSeconds / (i + 1):F2} s each"));
        }

        return samples;
    }

    private static async Task<StartSample> StartAsync(HomeLab lab, EngineSocket engine, EventWatch events, string container)
    {
        using var watch = new AnswerWatch(lab, Lan.Server4(0), container + ".home");
        watch.WaitUntilKnown();
        var returned = await engine.StartAsync(container).ConfigureAwait(false);
        var (answer, answered) = watch.Wait();
        var (arrived, took) = await events.TakeAsync(container).ConfigureAwait(false);
        var inspect = await engine.InspectAsync(container).ConfigureAwait(false);
        var addresses = await lab.Server.Engine.AddressesAsync(container).ConfigureAwait(false);
        if (!answer.Is(addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)))
            throw new InvalidOperationException($"{container} has {string.Join(", ", addresses.AsEnumerable())}, and DNS said {answer}.");
        return new StartSample(Between(returned, answered), took.TotalMilliseconds, inspect.TotalMilliseconds, Between(arrived, answered));
    }

    private static double Between(long from, long to) => to <= from ? 0 : Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
