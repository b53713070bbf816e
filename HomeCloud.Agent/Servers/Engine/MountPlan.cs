namespace HomeCloud.Agent.Servers.Engine;

/// <summary>One mount of a server.</summary>
/// <param name="Source">A volume's name, or an absolute path of the machine when <paramref name="IsPath"/>.</param>
/// <param name="Target">Absolute path inside.</param>
/// <param name="ReadOnly">Whether the server may only read.</param>
/// <param name="IsPath">A folder of the machine instead of a volume.</param>
public sealed record MountPlan(string Source, string Target, bool ReadOnly, bool IsPath);
