namespace HomeCloud.Agent.Docker.Requests;

internal sealed record VolumeList(IReadOnlyList<VolumeSummary?>? Volumes);
