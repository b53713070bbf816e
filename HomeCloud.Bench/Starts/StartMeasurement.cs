using System.Diagnostics;
using System.Globalization;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Starts;

/// <summary>
/// Starts containers in labs of one shape, one lab a build, in turn: whatever else happens on this machine happens to all
/// builds. Each name is new, so that nothing could be known of it before.
/// </summary>
internal static class StartMeasurement
{
    /// <summary>Containers that run at once; then they are removed together.</summary>
    private const int Batch = 25;

    /// <summary>Starts that are not counted: programs and engine are compiled and warm afterwards.</summary>
    private const int WarmUp = 10;

    /// <param name="shape">Of the labs.</param>
    /// <param name="builds">Where the programs of each build are; null for this one.</param>
    /// <param name="starts">How many are counted of each.</param>
    /// <param name="progress">Hears of each batch: a run takes minutes.</param>
    /// <returns>The samples of each build.</returns>
    /// <exception cref="InvalidOperationException">DNS said something wrong.</exception>
    public static async Task<IReadOnlyList<List<StartSample>>> RunAsync(LabShape shape, IReadOnlyList<string?> builds, int starts, Action<string> progress)
    {
        var homes = new List<StartHome>();
        try
        {
            foreach (var build in builds)
            {
                progress($"{shape}: creating the lab{(build is null ? "" : $" of the build in {build}")}");
                homes.Add(await StartHome.MakeAsync(shape, build));
            }

            var begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < WarmUp + starts; i++)
            {
                // Who is second finds warmer caches: each build is first as often as the other.
                foreach (var home in i % 2 == 0 ? homes : Enumerable.Reverse(homes))
                {
                    var sample = await home.StartAsync(string.Create(CultureInfo.InvariantCulture, $"start{i}"));
                    if (i >= WarmUp)
                        home.Samples.Add(sample);
                }

                if ((i + 1) % Batch != 0 && i < WarmUp + starts - 1)
                    continue;
                foreach (var home in homes)
                    await home.ClearAsync();
                progress(string.Create(CultureInfo.InvariantCulture, $"{shape}: {homes[0].Samples.Count} of {starts} starts, {Stopwatch.GetElapsedTime(begun).TotalSeconds / (i + 1):F2} s each"));
            }

            return [.. homes.Select(home => home.Samples)];
        }
        finally
        {
            foreach (var home in homes)
                await home.DisposeAsync();
        }
    }
}

/// <summary>One start of a container; all in milliseconds.</summary>
/// <param name="ReturnedToAnswer">From the engine's answer to the start request to the right answer from DNS; 0 when DNS was first.</param>
/// <param name="Event">From the time in the engine's event to its arrival at a listener that does nothing else.</param>
/// <param name="Inspect">A plain inspection of the same container, afterwards, with nothing else going on.</param>
/// <param name="EventToAnswer">From the event's arrival at that listener to the right answer; 0 when DNS was first.</param>
internal readonly record struct StartSample(double ReturnedToAnswer, double Event, double Inspect, double EventToAnswer)
{
    /// <summary>What neither the engine's event nor an inspection explains.</summary>
    public double Ours => Math.Max(0, EventToAnswer - Inspect);
}
