namespace HomeCloud.Cli.Api;

internal sealed record UsageInfo(string Name, double CpuPercent, long MemoryBytes, long MemoryLimit);
