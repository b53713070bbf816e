using System.Text.Json.Serialization;
using HomeCloud.Agent.Docker.Requests;

namespace HomeCloud.Agent.Docker;

/// <summary>Source-generated JSON for making and keeping containers.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(LenientTimeConverter)],
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateContainerBody))]
[JsonSerializable(typeof(CreatedContainer))]
[JsonSerializable(typeof(CreateVolumeBody))]
[JsonSerializable(typeof(VolumeList))]
[JsonSerializable(typeof(ImageInspection))]
[JsonSerializable(typeof(StatusLine))]
[JsonSerializable(typeof(UsageReport))]
internal sealed partial class DockerRequestJson : JsonSerializerContext;
