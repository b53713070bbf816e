using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Docker.Models;

internal sealed record ErrorMessage([property: JsonPropertyName("message")] string? Message);
