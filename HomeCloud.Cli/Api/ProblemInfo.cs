using System.Text.Json.Serialization;

namespace HomeCloud.Cli.Api;

/// <summary>A refusal: of a request (RFC 9457, where the message is the title) or of an operation.</summary>
internal sealed record ProblemInfo(string? Code, string? Message, string? Fix, string[]? Output)
{
    [JsonPropertyName("title")]
    public string? Title { get; init; }
}
