using System.Globalization;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Lean;

/// <summary>What one run of a command costs.</summary>
internal static class CommandCost
{
    /// <summary>Milliseconds until it has ended and its output was read.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public static async Task<double> WallAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(command, cancellationToken: cancellationToken);
        result.OrFail();
        return result.Elapsed.TotalMilliseconds;
    }

    /// <summary>
    /// The most MB it had in memory, by GNU time: the kernel counts what a process had before exec, too, so that only a small
    /// program can start what is measured.
    /// </summary>
    /// <exception cref="LabException">It failed, or GNU time is missing.</exception>
    public static async Task<double> PeakAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(["/usr/bin/time", "--format", "%M", .. command], cancellationToken: cancellationToken);
        return double.Parse(result.OrFail().Error.Trim().Split('\n')[^1], CultureInfo.InvariantCulture) / 1024;
    }
}
