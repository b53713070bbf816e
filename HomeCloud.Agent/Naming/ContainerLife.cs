namespace HomeCloud.Agent.Naming;

public enum ContainerLife
{
    Created,
    Running,
    Paused,

    /// <summary>Between two attempts of its restart policy.</summary>
    Restarting,

    Exited,

    /// <summary>The engine could not remove it.</summary>
    Dead,
}
