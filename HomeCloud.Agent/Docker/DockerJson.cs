using System.Text.Json.Serialization;
using HomeCloud.Agent.Docker.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>Source-generated JSON for everything that comes from an engine.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(LenientTimeConverter)],
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(EngineVersion))]
[JsonSerializable(typeof(EngineInfo))]
[JsonSerializable(typeof(EngineEvent))]
[JsonSerializable(typeof(List<ContainerSummary>))]
[JsonSerializable(typeof(ContainerInspection))]
[JsonSerializable(typeof(List<NetworkInspection>))]
internal sealed partial class DockerJson : JsonSerializerContext;
