using System.Net;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Reconciliation.ReconcilerOptions>;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>How the registry is kept equal to the engine.</summary>
public sealed class ReconcilerOptions
{
    /// <summary>Owner of this agent's records.</summary>
    public string AgentId { get; set; } = "";

    /// <summary>The host's own addresses on the LAN; empty: found by looking at the machine.</summary>
    public IList<IPAddress> HostAddresses { get; } = [];

    /// <summary>Addresses that several machines hold in turn: never the host's own.</summary>
    public IList<IPAddress> SharedAddresses { get; } = [];

    /// <summary>How long a container that stopped keeps its addresses, so that a brief restart is invisible.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often everything is compared although nothing was heard.</summary>
    public TimeSpan Resync { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the agent's records count as those of a living owner after the last renewal; renewed three times as often.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait between two attempts to reach an engine that is away.</summary>
    public TimeSpan MaximumBackoff { get; set; } = TimeSpan.FromSeconds(3);

    public static OptionRow<ReconcilerOptions>[] Rows =>
    [
        Text("agent-id", "NAME", "Owner of this agent's names in the registry. Default: the host's name, kept in the data directory.", (o, v) => o.AgentId = v),
        Many("host-address", "ADDR", "The host's own address on the LAN, for containers on the host's network. Default: detected.", OptionText.Address, o => o.HostAddresses),
        Seconds("grace", "How long a stopped container keeps its address, so that a restart goes unnoticed. Default: 3.", (o, v) => o.Grace = v),
        Seconds("resync", "How often all names are compared with the engine, even without an event. Default: 60.", (o, v) => o.Resync = v),
        Seconds("lease", "How long after this agent's last renewal another agent may take its names. Default: 30.", (o, v) => o.Lease = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (Registry.NameRules.CheckOwner(AgentId) is { } problem)
            yield return $"--agent-id '{AgentId}' {problem}";
        if (AgentId == Registry.WellKnownOwners.Static)
            yield return $"--agent-id '{AgentId}' is reserved for static names; choose another";
        if (Grace < TimeSpan.Zero || Grace > TimeSpan.FromMinutes(10))
            yield return $"--grace '{Grace}': must be 0 to 10 minutes (example: 3s)";
        if (Resync < TimeSpan.FromSeconds(1) || Resync > TimeSpan.FromDays(1))
            yield return $"--resync '{Resync}': must be 1 second to 1 day (example: 60s)";
        if (Lease < TimeSpan.FromSeconds(3) || Lease > TimeSpan.FromHours(1))
            yield return $"--lease '{Lease}': must be 3 seconds to 1 hour (example: 30s)";
    }
}
