using System.Net;

namespace HomeCloud.Agent.Docker;

/// <summary>The engine did not do what was asked. Either it could not be reached (<see cref="EngineAwayException"/>) or it said no (<see cref="EngineRefusedException"/>).</summary>
public abstract class DockerException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The engine cannot be reached, closed the connection, or did not answer in time.</summary>
public sealed class EngineAwayException(DockerEndpoint endpoint, string reason, Exception? innerException = null)
    : DockerException($"The engine at {endpoint} is unreachable: {reason}", innerException)
{
    public string Reason { get; } = reason;
}

/// <summary>The engine answered with an error; <see cref="Exception.Message"/> is the engine's own text.</summary>
public sealed class EngineRefusedException(HttpStatusCode status, string message) : DockerException(message)
{
    public HttpStatusCode Status { get; } = status;

    public EngineRefusal Refusal { get; } = status switch
    {
        HttpStatusCode.NotFound => EngineRefusal.NotFound,
        HttpStatusCode.Conflict => EngineRefusal.Conflict,
        HttpStatusCode.BadRequest => EngineRefusal.BadRequest,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => EngineRefusal.Forbidden,
        _ => EngineRefusal.Failed,
    };
}

/// <summary>Why the engine said no.</summary>
public enum EngineRefusal
{
    /// <summary>404: no such container, image or network.</summary>
    NotFound,

    /// <summary>409: the name is taken, or the state does not allow it.</summary>
    Conflict,

    /// <summary>400: a parameter is wrong.</summary>
    BadRequest,

    /// <summary>401 or 403.</summary>
    Forbidden,

    /// <summary>500 and all else: the engine failed at it, or answered nonsense.</summary>
    Failed,
}
