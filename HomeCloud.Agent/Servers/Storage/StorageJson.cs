using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Servers.Storage;

internal static class StorageJson
{
    /// <summary>Files that a person may want to read.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>One record a line.</summary>
    public static JsonSerializerOptions Line { get; } = new(Options) { WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
