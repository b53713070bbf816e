using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace HomeCloud.Cli.Api;

/// <summary>JSON as the agent writes it (docs/api.md). Every type is known when it is compiled: a native program has no other way.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonElement[]))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(ServerInfo[]))]
[JsonSerializable(typeof(UsageInfo[]))]
[JsonSerializable(typeof(HistoryInfo[]))]
[JsonSerializable(typeof(StaticNameInfo[]))]
[JsonSerializable(typeof(OperationInfo))]
[JsonSerializable(typeof(StepInfo))]
[JsonSerializable(typeof(LogInfo))]
[JsonSerializable(typeof(ProblemInfo))]
[JsonSerializable(typeof(List<LabInfo>))]
[JsonSerializable(typeof(CheckedStep))]
internal sealed partial class CliJson : JsonSerializerContext
{
    private static readonly CliJson Indented = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true });

    /// <exception cref="JsonException">It is not a <typeparamref name="T"/>.</exception>
    public static T Read<T>(string json) => JsonSerializer.Deserialize(json, Info<T>())!;

    public static string Line<T>(T value) => JsonSerializer.Serialize(value, Info<T>());

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, (JsonTypeInfo<T>)Indented.GetTypeInfo(typeof(T))!);

    public static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode?)value)]);

    public static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!;
}
