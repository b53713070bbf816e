using System.Globalization;
using System.Runtime.CompilerServices;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>What a container says and uses.</summary>
internal static class EngineOutput
{
    public static async IAsyncEnumerable<EngineLogLine> LogsAsync(
        EngineClient docker, string container, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Timestamps = true,
            Tail = tail.ToString(CultureInfo.InvariantCulture),
            Follow = follow,
        };
        using var stream = await docker.FindAsync("GET /containers/logs", (d, token) => d.Containers.GetContainerLogsAsync(Uri.EscapeDataString(container), parameters, token), cancellationToken);
        if (stream is null)
            yield break;

        await foreach (var (isError, text) in LogLines.ReadAsync(stream, cancellationToken))
        {
            // The engine puts its time, then a space, before the text.
            var space = text.IndexOf(' ');
            yield return space > 0 && DateTimeOffset.TryParse(text.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? new EngineLogLine(at, isError, text[(space + 1)..])
                : new EngineLogLine(null, isError, text);
        }
    }

    public static async Task<UsageReading?> UsageAsync(EngineClient docker, string container, CancellationToken cancellationToken)
    {
        try
        {
            ContainerStatsResponse? stats = null;
            await docker.AskAsync(
                "GET /containers/stats",
                (d, token) => d.Containers.GetContainerStatsAsync(
                    Uri.EscapeDataString(container), new ContainerStatsParameters { Stream = false, OneShot = true }, new Lines<ContainerStatsResponse>(report => stats = report), token),
                cancellationToken);
            return stats is { CPUStats.CPUUsage: { } cpu, MemoryStats: { } memory }
                ? new UsageReading(
                    cpu.TotalUsage,
                    (long)(memory.Usage ?? 0) - PageCache(memory),
                    (long)Math.Min(memory.Limit ?? 0, long.MaxValue),
                    stats.Networks?.Values.Sum(network => (long)network.RxBytes) ?? 0,
                    stats.Networks?.Values.Sum(network => (long)network.TxBytes) ?? 0)
                : null;
        }
        catch (DockerException)
        {
            // Figures are a courtesy: without the engine there are none.
            return null;
        }
    }

    /// <summary>Memory that can be given up, as cgroup v2 and v1 call it.</summary>
    private static long PageCache(MemoryStats memory) =>
        (long)Math.Max(memory.Stats?.TryGetValue("inactive_file", out var file) == true ? file : 0, memory.Stats?.TryGetValue("total_inactive_file", out var total) == true ? total : 0);
}
