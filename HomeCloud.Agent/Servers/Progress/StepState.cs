namespace HomeCloud.Agent.Servers.Progress;

public enum StepState
{
    Running,
    Done,
    Warning,
    Failed,
}
