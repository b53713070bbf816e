namespace HomeCloud.Agent.Servers.Engine;

/// <summary>What a container has used.</summary>
/// <param name="CpuNanoseconds">CPU time since it started.</param>
/// <param name="MemoryBytes">Memory in use, without the page cache that can be given up.</param>
/// <param name="MemoryLimit">Its limit in bytes, or the machine's memory.</param>
public sealed record UsageReading(ulong CpuNanoseconds, long MemoryBytes, long MemoryLimit);
