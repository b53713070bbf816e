using System.Globalization;
using HomeCloud.Bench.Measuring;

namespace HomeCloud.Bench.Lean;

/// <summary>What a process takes while nothing happens, children included, as the kernel counts it.</summary>
internal static class RestingProcess
{
    /// <returns>Proportional set size in MB: pages that others share count by their part (<c>smaps_rollup</c>, proc(5)).</returns>
    public static double Memory(int root) => ProcessTree.Of(root).Sum(ProportionalKiB) / 1024;

    /// <returns>One sample of each process, over the same time.</returns>
    public static async Task<IReadOnlyList<RestSample>> WatchAsync(IReadOnlyList<int> roots, TimeSpan window, CancellationToken cancellationToken)
    {
        var before = roots.Select(Read).ToList();
        await Task.Delay(window, cancellationToken);
        return
        [
            .. roots.Select(Read).Zip(before, (now, then) =>
                new RestSample((now.Cpu - then.Cpu).TotalMilliseconds / window.TotalSeconds, (now.Switches - then.Switches) / window.TotalSeconds)),
        ];
    }

    private static (TimeSpan Cpu, long Switches) Read(int root) => (ProcessTree.CpuTime(root), ProcessTree.Of(root).Sum(Switches));

    // Each time a thread slept and was woken; a thread that ended takes its count with it.
    private static long Switches(int process) => Tasks(process).Sum(task => Lines($"{task}/status", "voluntary_ctxt_switches:"));

    private static double ProportionalKiB(int process) => Lines($"/proc/{process}/smaps_rollup", "Pss:");

    private static string[] Tasks(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long Lines(string path, string name)
    {
        try
        {
            return File.ReadLines(path).Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Sum(line => long.Parse(line[name.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

/// <param name="Cpu">Milliseconds of CPU time a second.</param>
/// <param name="WakeUps">Times a second that a thread was woken.</param>
internal readonly record struct RestSample(double Cpu, double WakeUps);
