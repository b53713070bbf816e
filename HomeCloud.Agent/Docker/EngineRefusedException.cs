using System.Net;

namespace HomeCloud.Agent.Docker;

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
