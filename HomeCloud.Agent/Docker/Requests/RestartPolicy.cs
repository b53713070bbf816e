namespace HomeCloud.Agent.Docker.Requests;

internal sealed record RestartPolicy(string Name);
