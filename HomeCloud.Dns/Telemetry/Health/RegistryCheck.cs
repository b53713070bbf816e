using HomeCloud.Registry;

namespace HomeCloud.Dns.Telemetry.Health;

/// <summary>Not ready before any names are known; afterwards a registry that is away only degrades, because known names go on answering.</summary>
public sealed class RegistryCheck(IRegistryReader registry) : IReadinessCheck
{
    public string Name => "names";

    public ReadinessResult Check()
    {
        var health = registry.Health;
        var snapshot = registry.Current;
        if (health.Connected)
            return new(true, $"{snapshot.Records.Count} records at revision {snapshot.Revision}");
        return snapshot.Revision > 0
            ? new(true, $"degraded: {health.Detail} since {health.Since:u}; answering {snapshot.Records.Count} records of revision {snapshot.Revision} from memory")
            : new(false, $"no names yet: {health.Detail}");
    }
}
