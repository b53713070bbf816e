namespace HomeCloud.Agent.Docker.Models;

/// <param name="ApiVersion">Newest version of the API that the engine speaks.</param>
/// <param name="Date">The engine's clock, in whole seconds.</param>
public sealed record EnginePing(Version? ApiVersion, DateTimeOffset? Date);
