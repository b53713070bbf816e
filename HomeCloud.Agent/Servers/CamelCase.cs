using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Servers;

/// <summary>An enum as files and API have it: <c>addressTaken</c>.</summary>
internal sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
