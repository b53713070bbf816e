using HomeCloud.Agent.Reconciliation;
using HomeCloud.Dns.Telemetry.Health;

namespace HomeCloud.Agent.Hosting;

/// <summary>Not ready before the engine was compared once; afterwards an engine that is away only degrades, because its names go on answering.</summary>
internal sealed class AgentCheck(AgentStatusSource source) : IReadinessCheck
{
    public string Name => "engine";

    public ReadinessResult Check()
    {
        var status = source.Current;
        if (status.LastComparison is null)
            return new(false, status.EngineProblem ?? "the names have not been compared with the engine yet");
        return status.EngineConnected
            ? new(true, $"{status.Records} names of {status.Containers} containers")
            : new(true, $"degraded: {status.EngineProblem} since {status.EngineSince:u}; keeping {status.Records} names");
    }
}
