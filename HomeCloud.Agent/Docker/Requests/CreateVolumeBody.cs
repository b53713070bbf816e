namespace HomeCloud.Agent.Docker.Requests;

internal sealed record CreateVolumeBody(string Name, IReadOnlyDictionary<string, string> Labels);
