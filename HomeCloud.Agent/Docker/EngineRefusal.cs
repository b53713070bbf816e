namespace HomeCloud.Agent.Docker;

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
