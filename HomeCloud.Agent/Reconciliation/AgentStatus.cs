using System.Collections.Immutable;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>How the agent is doing; immutable.</summary>
public sealed record AgentStatus
{
    public string AgentId { get; init; } = "";

    public bool EngineConnected { get; init; }

    /// <summary>Since when <see cref="EngineConnected"/> holds.</summary>
    public DateTimeOffset EngineSince { get; init; }

    /// <summary>Why it is not connected, in the words of <see cref="Docker.EngineAwayException"/>.</summary>
    public string? EngineProblem { get; init; }

    public string EngineVersion { get; init; } = "";

    public string HostName { get; init; } = "";

    public DateTimeOffset? LastEvent { get; init; }

    /// <summary>When everything was last compared; null before the first time.</summary>
    public DateTimeOffset? LastComparison { get; init; }

    /// <summary>Null while the registry takes our writes.</summary>
    public string? RegistryProblem { get; init; }

    public int Containers { get; init; }

    public int Records { get; init; }

    public ImmutableArray<NamingWarning> Warnings { get; init; } = [];
}
