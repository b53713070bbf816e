namespace HomeCloud.Agent.Servers.Live;

/// <summary>What a server uses now.</summary>
/// <param name="Name">The server.</param>
/// <param name="CpuPercent">100 is one core.</param>
/// <param name="MemoryBytes">In use.</param>
/// <param name="MemoryLimit">Its limit, or the machine's memory.</param>
public sealed record UsageView(string Name, double CpuPercent, long MemoryBytes, long MemoryLimit);
