using System.Text.Json;

namespace HomeCloud.Cli.Api;

internal static class CliJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public static JsonSerializerOptions Indented { get; } = new(Options) { WriteIndented = true };
}
