using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Registry.Storage;

/// <summary>The JSON of files and of Redis, generated at build time so that it needs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(SnapshotDocument))]
[JsonSerializable(typeof(RecordDocument))]
[JsonSerializable(typeof(OwnerDocument))]
[JsonSerializable(typeof(SnapshotOrigin))]
internal sealed partial class RegistryJson : JsonSerializerContext;
