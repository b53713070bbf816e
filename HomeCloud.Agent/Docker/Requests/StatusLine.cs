using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Docker.Requests;

/// <summary>One line of the stream that pulling and building answer with.</summary>
internal sealed record StatusLine
{
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("stream")]
    public string? Stream { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("progressDetail")]
    public StatusProgress? Progress { get; init; }
}
