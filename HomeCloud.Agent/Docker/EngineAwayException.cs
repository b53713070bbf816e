namespace HomeCloud.Agent.Docker;

/// <summary>The engine cannot be reached, closed the connection, or did not answer in time.</summary>
public sealed class EngineAwayException(DockerEndpoint endpoint, string reason, Exception? innerException = null)
    : DockerException($"The engine at {endpoint} is away: {reason}", innerException)
{
    public DockerEndpoint Endpoint { get; } = endpoint;
}
