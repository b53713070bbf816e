namespace HomeCloud.Agent.Docker.Requests;

internal sealed record CreatedContainer(string? Id);
