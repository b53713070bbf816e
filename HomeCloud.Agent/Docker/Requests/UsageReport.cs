using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Docker.Requests;

/// <summary>The few figures we use of a container's statistics.</summary>
internal sealed record UsageReport
{
    [JsonPropertyName("cpu_stats")]
    public CpuPart? Cpu { get; init; }

    [JsonPropertyName("memory_stats")]
    public MemoryPart? Memory { get; init; }

    internal sealed record CpuPart
    {
        [JsonPropertyName("cpu_usage")]
        public CpuUsage? Usage { get; init; }
    }

    internal sealed record CpuUsage
    {
        [JsonPropertyName("total_usage")]
        public ulong Total { get; init; }
    }

    internal sealed record MemoryPart
    {
        [JsonPropertyName("usage")]
        public long Usage { get; init; }

        [JsonPropertyName("limit")]
        public long Limit { get; init; }

        [JsonPropertyName("stats")]
        public MemoryDetail? Detail { get; init; }
    }

    internal sealed record MemoryDetail
    {
        /// <summary>Page cache that can be given up (cgroup v2).</summary>
        [JsonPropertyName("inactive_file")]
        public long InactiveFile { get; init; }

        /// <summary>The same in cgroup v1.</summary>
        [JsonPropertyName("total_inactive_file")]
        public long TotalInactiveFile { get; init; }
    }
}
