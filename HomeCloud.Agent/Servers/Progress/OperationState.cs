namespace HomeCloud.Agent.Servers.Progress;

public enum OperationState
{
    Running,
    Succeeded,
    Failed,
}
