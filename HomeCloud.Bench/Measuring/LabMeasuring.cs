using System.Diagnostics;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Measuring;

/// <summary>Runs what measures in a lab: progress with the time, Ctrl-C, and what the lab says when it cannot be made.</summary>
internal static class LabMeasuring
{
    private const int Interrupted = 130;

    /// <param name="measure">Gets what tells the progress, and a token that Ctrl-C cancels.</param>
    /// <param name="report">Writes the results when all was measured; says whether every target is met.</param>
    /// <returns>0 when every target that was measured is met, 2 when not, 130 when interrupted.</returns>
    public static async Task<int> RunAsync(Func<Action<string>, CancellationToken, Task> measure, Func<bool> report)
    {
        var watch = Stopwatch.StartNew();
        using var interruption = new Interruption();
        try
        {
            await measure(text => Console.WriteLine($"[{watch.Elapsed:mm\\:ss}] {text}"), interruption.Token);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("bench: interrupted; labs and servers are stopped, no results are written");
            return Interrupted;
        }
        catch (Exception problem) when (problem is LabException or InvalidOperationException)
        {
            Console.Error.WriteLine($"bench: {problem.Message}");
            return 1;
        }

        return report() ? 0 : 2;
    }

    /// <summary>The words of an option that takes several with commas.</summary>
    public static string[] Words(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
