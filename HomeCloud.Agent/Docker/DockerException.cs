namespace HomeCloud.Agent.Docker;

/// <summary>The engine did not do what was asked. Either it could not be reached (<see cref="EngineAwayException"/>) or it said no (<see cref="EngineRefusedException"/>).</summary>
public abstract class DockerException : Exception
{
    protected DockerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
