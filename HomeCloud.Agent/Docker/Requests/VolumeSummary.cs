namespace HomeCloud.Agent.Docker.Requests;

internal sealed record VolumeSummary(string? Name);
