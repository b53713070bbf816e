using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Docker.Requests;

internal sealed record StatusProgress
{
    [JsonPropertyName("current")]
    public long Current { get; init; }

    [JsonPropertyName("total")]
    public long Total { get; init; }
}
