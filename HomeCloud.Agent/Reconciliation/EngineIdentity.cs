namespace HomeCloud.Agent.Reconciliation;

/// <param name="HostName">Name of the machine that the engine runs on.</param>
/// <param name="Version">Of the engine.</param>
/// <param name="IsPodman">Whether it is Podman behind Docker's API.</param>
/// <param name="IsRootless">Whether it runs without root.</param>
internal sealed record EngineIdentity(string HostName, string Version, bool IsPodman, bool IsRootless = false);
