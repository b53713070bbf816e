namespace HomeCloud.Agent.Naming;

public enum ContainerHealthState
{
    /// <summary>No health check.</summary>
    None,
    Starting,
    Healthy,
    Unhealthy,
}
