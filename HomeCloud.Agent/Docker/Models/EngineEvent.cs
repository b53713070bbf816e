using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Docker.Models;

/// <summary>Something happened. A signal only: what it says about the state may be outdated by the time it is read.</summary>
public sealed record EngineEvent
{
    /// <summary><c>container</c>, <c>network</c>, …</summary>
    public string? Type { get; init; }

    /// <summary><c>start</c>, <c>die</c>, <c>health_status: healthy</c>, …</summary>
    public string? Action { get; init; }

    public EventActor? Actor { get; init; }

    /// <summary>When, by the engine's clock: nanoseconds since 1970.</summary>
    [JsonPropertyName("timeNano")]
    public long TimeNano { get; init; }
}
