namespace HomeCloud.Agent.Servers.Progress;

/// <summary>The steps of making a server, in order.</summary>
public enum StepName
{
    Check,
    Image,
    Address,
    Volumes,
    Container,
    Start,
    Name,
    Port,
    Ready,
    Cleanup,
}
