using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Measuring;

/// <summary>The generator that everybody knows, beside ours.</summary>
internal static partial class Dnsperf
{
    /// <summary>Queries a second; null when dnsperf is not installed.</summary>
    public static double? Run(IPEndPoint server, string directory, TimeSpan duration)
    {
        var queries = Path.Combine(directory, "dnsperf.txt");
        if (!File.Exists(queries))
            File.WriteAllLines(queries, Enumerable.Range(0, Measures.SmallZone).Select(i => $"{Workload.HostName(i)}.{Workload.Zone} A"));

        string[] arguments = ["-s", server.Address.ToString(), "-p", server.Port.ToString(), "-d", queries, "-c", "1", "-T", "1", "-q", "100", "-l", ((int)Math.Ceiling(duration.TotalSeconds)).ToString()];
        var output = Affinity.Possible
            ? Tool.Run("taskset", ["-c", Affinity.ClientCore.ToString(), "dnsperf", .. arguments])
            : Tool.Run("dnsperf", arguments);
        var match = QueriesPerSecond().Match(output);
        return match.Success ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"Queries per second:\s+([0-9.]+)")]
    private static partial Regex QueriesPerSecond();
}
