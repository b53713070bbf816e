namespace HomeCloud.Agent.Web.Api;

/// <summary>What the page and the command line need to know of the agent.</summary>
/// <param name="Version">Of HomeCloud.</param>
/// <param name="Zone">The zone that names are shown in.</param>
/// <param name="EngineProblem">Why Docker cannot be asked; null when it can.</param>
/// <param name="Registry">The registry's state in words.</param>
/// <param name="RegistryConnected">Whether it can be reached.</param>
/// <param name="LastEvent">When the engine last told of an event; null before the first.</param>
/// <param name="LastComparison">When names were last compared with the engine; null before the first time.</param>
/// <param name="RegistryProblem">Why the agent's names are not in the registry, two machines with one agent id for instance; null when they are.</param>
public sealed record StatusView(
    string Version, string Zone, string? EngineProblem, string Registry, bool RegistryConnected, DateTimeOffset? LastEvent, DateTimeOffset? LastComparison,
    string? RegistryProblem = null);
